%% Plays scenarios on the supervisor of this OTP: one JSON record {id, root, cmds} per line of input, one line
%% {id, trace, late} of output each, in the order in which they end. ../README.md says what both look like.
%%
%% erl -noshell -noinput -s otp_oracle main -extra MOST
%%
%% At most MOST scenarios are under way at once. Nearly all their time is waiting, so many fit side by side; each has
%% its own processes, its own numbers, and nothing in common with the others but the node.
-module(otp_oracle).
-export([main/0]).

main() ->
    [Most] = init:get_plain_arguments(),
    [ok = logger:remove_handler(Id) || Id <- logger:get_handler_ids()],
    ok = logger:add_handler(otp_recorder, otp_recorder, #{}),
    Port = open_port({fd, 0, 1}, [binary, eof, {line, 1 bsl 20}]),
    loop(#{port => Port, pulse => otp_pulse:start(), free => list_to_integer(Most), waiting => queue:new(), playing => #{}, ended => false}).

loop(#{ended := true, playing := Playing}) when map_size(Playing) =:= 0 ->
    halt(0, [{flush, true}]);
loop(#{port := Port, pulse := Pulse, waiting := Waiting, playing := Playing, free := Free} = State) ->
    receive
        {Port, {data, {eol, Line}}} ->
            loop(start_next(State#{waiting := queue:in(Line, Waiting)}));
        {Port, eof} ->
            loop(State#{ended := true});
        {'DOWN', Monitor, process, _, Answer} ->
            {{Id, SinceMs}, Playing1} = maps:take(Monitor, Playing),
            Late = not otp_pulse:on_time_since(Pulse, SinceMs),
            port_command(Port, [otp_json:encode((answer(Answer))#{id => Id, late => Late}), $\n]),
            loop(start_next(State#{playing := Playing1, free := Free + 1}))
    end.

start_next(#{free := 0} = State) ->
    State;
start_next(#{waiting := Waiting, playing := Playing, free := Free} = State) ->
    case queue:out(Waiting) of
        {empty, _} ->
            State;
        {{value, Line}, Waiting1} ->
            #{<<"id">> := Id} = Scenario = otp_json:decode(Line),
            {_, Monitor} = spawn_monitor(fun() -> exit({played, otp_player:play(Scenario)}) end),
            State#{waiting := Waiting1, playing := Playing#{Monitor => {Id, erlang:monotonic_time(millisecond)}}, free := Free - 1}
    end.

answer({played, Trace}) -> #{trace => Trace};
answer(Reason) -> #{error => iolist_to_binary(io_lib:format("~0p", [Reason]))}.
