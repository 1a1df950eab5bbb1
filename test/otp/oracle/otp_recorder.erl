%% What happens in one scenario, in the order in which it happened.
%%
%% Three kinds of news reach the process that plays a scenario: what start functions say, what supervisors report to
%% the logger, and the ends of processes, from the tracer of the emulator. They come from many processes, so each
%% carries a stamp of the emulator's strictly monotonic clock and is sorted by it: a process that ends is traced before
%% anybody can react to its end.
-module(otp_recorder).
-export([start_actor_parent/0, note/2, log/2, resolve/2]).

%% Starts the process that will be the parent of the root. All that descends from it is traced, and finds the process
%% that plays the scenario as its group leader.
start_actor_parent() ->
    Recorder = self(),
    Parent = spawn_link(fun() ->
        group_leader(Recorder, self()),
        process_flag(trap_exit, true),
        obey()
    end),
    1 = erlang:trace(Parent, true, [procs, set_on_spawn, strict_monotonic_timestamp, {tracer, Recorder}]),
    Parent.

obey() ->
    receive
        {perform, From, Ref, Fun} -> From ! {Ref, Fun()};
        {'EXIT', _, _} -> ok
    end,
    obey().

note(Recorder, Event) ->
    Recorder ! {event, stamp(), Event}.

%% The logger calls this in the supervisor that reports.
log(#{msg := {report, #{label := {supervisor, Kind}, report := Report}}}, _) ->
    Child = proplists:get_value(pid, proplists:get_value(offender, Report, [])),
    Reason = proplists:get_value(reason, Report),
    case {Kind, Reason} of
        {child_terminated, _} -> note(group_leader(), {child_error, Child, Reason});
        {shutdown_error, _} when is_pid(Child) -> note(group_leader(), {shutdown_error, Child, Reason});
        {shutdown, reached_max_restart_intensity} -> note(group_leader(), {max_intensity, get(otp_tree_path)});
        _ -> ok
    end;
log(_, _) ->
    ok.

%% Sorts stamped news into the events of a trace. Reference gives the reference of a process, if it ever had one.
resolve(News, Reference) ->
    lists:flatmap(fun({_, Event}) -> event(Event, Reference) end, lists:keysort(1, News)).

event({Kind, Pid, Reason}, Reference) when is_pid(Pid) ->
    case Reference(Pid) of
        none -> [];
        Text -> [[Kind, Text, otp_terms:to_json(Reason, Reference)]]
    end;
event({failed, Path, Reason}, Reference) ->
    [[failed, Path, otp_terms:to_json(Reason, Reference)]];
event({Kind, Path}, _) ->
    [[Kind, Path]].

stamp() ->
    {erlang:monotonic_time(nanosecond), erlang:unique_integer([monotonic])}.
