%% Tells whether this node ran on time. Scenarios are played in real time; on a machine that is busy elsewhere their
%% timers come late, and what they show then is not the supervisor's doing.
-module(otp_pulse).
-export([start/0, on_time_since/2]).

-define(EVERY_MS, 10).
-define(LATE_MS, 30).

%% One process per scheduler, since each may be held up alone. The slot holds when one of them last was.
start() ->
    Pulse = atomics:new(1, []),
    Schedulers = lists:seq(1, erlang:system_info(schedulers_online)),
    [spawn_opt(fun() -> beat(Pulse, now_ms()) end, [link, {scheduler, Number}]) || Number <- Schedulers],
    Pulse.

on_time_since(Pulse, SinceMs) ->
    atomics:get(Pulse, 1) < SinceMs.

beat(Pulse, BeforeMs) ->
    receive
    after ?EVERY_MS -> ok
    end,
    NowMs = now_ms(),
    NowMs - BeforeMs > ?EVERY_MS + ?LATE_MS andalso atomics:put(Pulse, 1, NowMs),
    beat(Pulse, NowMs).

now_ms() ->
    erlang:monotonic_time(millisecond).
