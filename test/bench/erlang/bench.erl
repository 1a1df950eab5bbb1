%% The workloads in Erlang: plain processes (raw) and gen_server with supervisor (otp).
%% erl ... -s bench main -extra KIND TASK OPERATIONS prints {"operations": N, "value": X}, X in ns per
%% operation or in bytes, after two warm-up runs; a wrong result ends with exit 1.
-module(bench).
-behaviour(gen_server).
-export([main/0, start_crasher/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-define(BURST, 1000).

main() ->
    [KindText, TaskText, OperationsText] = init:get_plain_arguments(),
    Kind = list_to_atom(KindText),
    Task = list_to_atom(TaskText),
    Operations = list_to_integer(OperationsText),
    logger:set_primary_config(level, none),
    case Task of
        memory -> report(Operations, memory(Kind, Operations));
        _ ->
            Warm = max(1000, Operations div 10000 * 1000),
            _ = timed(Task, Kind, Warm),
            _ = timed(Task, Kind, Warm),
            report(Operations, timed(Task, Kind, Operations) / Operations)
    end,
    halt(0).

report(Operations, Value) -> io:format("{\"operations\":~p,\"value\":~p}~n", [Operations, Value]).

%% Each run has a fresh process, as a sender in an application would be; gives its ns.
timed(Task, Kind, Operations) ->
    Me = self(),
    spawn_link(fun() ->
        Started = erlang:monotonic_time(nanosecond),
        Result = run(Task, Kind, Operations),
        Me ! {done, Result, erlang:monotonic_time(nanosecond) - Started}
    end),
    receive {done, Result, Elapsed} -> check(Task, Operations, Result), Elapsed end.

check(Task, Operations, Result) ->
    case expected(Task, Operations) of
        Result -> ok;
        Expected ->
            io:format("Wrong result for ~p operations: ~p, expected ~p~n", [Operations, Result, Expected]),
            halt(1)
    end.

expected(ask1, N) -> sum_below(N) + N;
expected(ask1000, N) -> sum_below(N) + N;
expected(Task, N) when Task =:= pingpong; Task =:= ring; Task =:= crash -> N;
expected(Task, N) when Task =:= 'restart-flat'; Task =:= 'restart-few' -> N;
expected(_, N) -> sum_below(N).

sum_below(N) -> N * (N - 1) div 2.

%% The workloads.

run(tell, Kind, N) ->
    Adders = list_to_tuple([start(Kind) || _ <- lists:seq(1, 8)]),
    bursts(Kind, Adders, 0, N),
    lists:sum([finish(Kind, Adder) || Adder <- tuple_to_list(Adders)]);
run(flood, Kind, N) ->
    Adder = start(Kind),
    send_range(Kind, Adder, 0, N),
    finish(Kind, Adder);
run(fanin, Kind, N) ->
    Adder = start(Kind),
    Share = N div 100,
    await([fun() -> small_bursts(Kind, Adder, S * Share, (S + 1) * Share) end || S <- lists:seq(0, 99)]),
    finish(Kind, Adder);
run(pingpong, _Kind, N) ->
    Me = self(),
    Right = spawn_link(fun bounce/0),
    spawn_link(fun() -> Right ! {ping, self(), 0}, serve(Right, 0, N, Me) end),
    receive {rounds, Count} -> Right ! stop, Count end;
run(ring, _Kind, N) ->
    [First | Rest] = Members = [spawn_link(fun join/0) || _ <- lists:seq(1, 1000)],
    Last = lists:foldl(fun(Next, Member) -> Member ! {next, Next}, Next end, First, Rest),
    Last ! {next, First},
    First ! {token, 1, N, self()},
    receive {hops, Hops} -> [Member ! stop || Member <- Members], Hops end;
run(ask1, Kind, N) ->
    Adder = start(Kind),
    Sum = asks(Kind, Adder, 0, N, 0),
    _ = finish(Kind, Adder),
    Sum;
run(ask1000, Kind, N) ->
    Adder = start(Kind),
    Share = N div 1000,
    Sum = lists:sum(await([fun() -> asks(Kind, Adder, C * Share, (C + 1) * Share, 0) end || C <- lists:seq(0, 999)])),
    _ = finish(Kind, Adder),
    Sum;
run(spawn, Kind, N) ->
    Counters = counters:new(2, [atomics]),
    Actors = [start_counted(Kind, Counters) || _ <- lists:seq(1, N)],
    lists:foldl(fun(Actor, Index) -> tell(Kind, Actor, Index), Index + 1 end, 0, Actors),
    [stop_counted(Kind, Actor) || Actor <- Actors],
    await_count(Counters, N),
    counters:get(Counters, 1);
run(crash, raw, N) ->
    %% A linked process that traps exits: the least that a supervisor does.
    Me = self(),
    Supervisor = spawn_link(fun() -> process_flag(trap_exit, true), keep_alive(Me) end),
    Restarts = receive {up, Crasher} -> crashes(Crasher, 0, N) end,
    kill(Supervisor),
    Restarts;
run(crash, otp, N) -> supervised_crashes(N);
run('restart-flat', otp, N) -> supervised_crashes(N);
run('restart-few', otp, N) -> lists:sum([supervised_crashes(1000) || _ <- lists:seq(1, N div 1000)]).

%% One supervisor with one child and so high an intensity that it never gives up.
supervised_crashes(N) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {supervisor, self()}),
    Restarts = receive {up, Crasher} -> crashes(Crasher, 0, N) end,
    kill(Supervisor),
    receive {up, _} -> ok after 0 -> ok end,
    Restarts.

crashes(_, N, N) -> N;
crashes(Crasher, Restarts, N) ->
    Crasher ! continue,
    Crasher ! boom,
    receive {up, Next} -> crashes(Next, Restarts + 1, N) end.

kill(Process) ->
    unlink(Process),
    Monitor = monitor(process, Process),
    exit(Process, kill),
    receive {'DOWN', Monitor, process, _, _} -> ok end.

memory(Kind, N) ->
    [erlang:garbage_collect(P) || P <- processes()],
    Before = erlang:memory(processes_used),
    Adders = [start(Kind) || _ <- lists:seq(1, N)],
    [tell(Kind, Adder, 1) || Adder <- Adders],
    [sync(Kind, Adder) || Adder <- Adders],
    [erlang:garbage_collect(Adder) || Adder <- Adders],
    (erlang:memory(processes_used) - Before) / N.

%% Drivers.

bursts(_, _, From, N) when From >= N -> ok;
bursts(Kind, Adders, From, N) ->
    To = min(N, From + ?BURST),
    send_round(Kind, Adders, From, To),
    [sync(Kind, Adder) || Adder <- tuple_to_list(Adders)],
    bursts(Kind, Adders, To, N).

send_round(_, _, To, To) -> ok;
send_round(Kind, Adders, From, To) ->
    tell(Kind, element(From rem 8 + 1, Adders), From),
    send_round(Kind, Adders, From + 1, To).

small_bursts(_, _, To, To) -> ok;
small_bursts(Kind, Adder, From, To) ->
    End = min(To, From + 10),
    send_range(Kind, Adder, From, End),
    sync(Kind, Adder),
    small_bursts(Kind, Adder, End, To).

send_range(_, _, To, To) -> ok;
send_range(Kind, Adder, From, To) -> tell(Kind, Adder, From), send_range(Kind, Adder, From + 1, To).

asks(_, _, To, To, Sum) -> Sum;
asks(Kind, Adder, From, To, Sum) -> asks(Kind, Adder, From + 1, To, Sum + ask(Kind, Adder, From)).

await(Funs) ->
    Me = self(),
    Refs = [begin Ref = make_ref(), spawn_link(fun() -> Me ! {Ref, Fun()} end), Ref end || Fun <- Funs],
    [receive {Ref, Result} -> Result end || Ref <- Refs].

await_count(Counters, N) ->
    case counters:get(Counters, 2) of
        N -> ok;
        _ -> erlang:yield(), await_count(Counters, N)
    end.

%% The adding actor of both kinds.

start(raw) -> spawn(fun() -> adder(0) end);
start(otp) -> {ok, Adder} = gen_server:start(?MODULE, adder, []), Adder.

adder(Sum) ->
    receive
        {add, N} -> adder(Sum + N);
        {sync, From} -> From ! synced, adder(Sum);
        {request, From, Ref, N} -> From ! {Ref, N + 1}, adder(Sum);
        {finish, From} -> From ! {sum, Sum}
    end.

tell(raw, Adder, N) -> Adder ! {add, N};
tell(otp, Adder, N) -> gen_server:cast(Adder, {add, N}).

sync(raw, Adder) -> Adder ! {sync, self()}, receive synced -> ok end;
sync(otp, Adder) -> gen_server:call(Adder, sync, infinity).

finish(raw, Adder) -> Adder ! {finish, self()}, receive {sum, Sum} -> Sum end;
finish(otp, Adder) -> Sum = gen_server:call(Adder, finish, infinity), gen_server:stop(Adder), Sum.

%% By hand what gen:call does: monitor with an alias, reply, demonitor. The deadline is 5 s in both kinds.
ask(raw, Adder, N) ->
    Ref = monitor(process, Adder, [{alias, reply_demonitor}]),
    Adder ! {request, Ref, Ref, N},
    receive
        {Ref, Value} -> Value;
        {'DOWN', Ref, _, _, Reason} -> exit(Reason)
    after 5000 -> exit(timeout)
    end;
ask(otp, Adder, N) -> gen_server:call(Adder, {request, N}, 5000).

start_counted(raw, Counters) -> spawn(fun() -> counted(Counters) end);
start_counted(otp, Counters) -> {ok, Actor} = gen_server:start(?MODULE, {counted, Counters}, []), Actor.

counted(Counters) ->
    receive
        {add, N} -> counters:add(Counters, 1, N), counted(Counters);
        stop -> counters:add(Counters, 2, 1)
    end.

stop_counted(raw, Actor) -> Actor ! stop;
stop_counted(otp, Actor) -> gen_server:cast(Actor, stop).

bounce() -> receive {ping, From, N} -> From ! {pong, N}, bounce(); stop -> ok end.

serve(Right, Count, N, Me) ->
    receive {pong, _} -> ok end,
    case Count + 1 of
        N -> Me ! {rounds, N};
        Next -> Right ! {ping, self(), Next}, serve(Right, Next, N, Me)
    end.

join() -> receive {next, Next} -> pass(Next) end.

pass(Next) ->
    receive
        {token, N, N, Me} -> Me ! {hops, N}, pass(Next);
        {token, Hop, N, Me} -> Next ! {token, Hop + 1, N, Me}, pass(Next);
        stop -> ok
    end.

keep_alive(Me) ->
    Crasher = spawn_link(fun crasher/0),
    Me ! {up, Crasher},
    receive {'EXIT', Crasher, _} -> keep_alive(Me) end.

crasher() -> receive continue -> crasher(); boom -> error(boom) end.

start_crasher(Me) -> gen_server:start_link(?MODULE, {crasher, Me}, []).

%% gen_server and supervisor callbacks.

init(adder) -> {ok, {sum, 0}};
init({counted, Counters}) -> {ok, {counted, Counters}};
init({crasher, Me}) -> Me ! {up, self()}, {ok, crasher};
init({supervisor, Me}) ->
    Child = #{id => crasher, start => {?MODULE, start_crasher, [Me]}, restart => permanent},
    {ok, {#{strategy => one_for_one, intensity => 10000000, period => 60}, [Child]}}.

handle_call(sync, _, State) -> {reply, ok, State};
handle_call(finish, _, {sum, Sum} = State) -> {reply, Sum, State};
handle_call({request, N}, _, State) -> {reply, N + 1, State}.

handle_cast({add, N}, {sum, Sum}) -> {noreply, {sum, Sum + N}};
handle_cast({add, N}, {counted, Counters} = State) -> counters:add(Counters, 1, N), {noreply, State};
handle_cast(stop, State) -> {stop, normal, State}.

handle_info(continue, State) -> {noreply, State};
handle_info(boom, _) -> error(boom).

terminate(_, {counted, Counters}) -> counters:add(Counters, 2, 1);
terminate(_, _) -> ok.
