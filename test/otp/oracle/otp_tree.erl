%% The actors of a scenario: supervisors that are OTP's own, and workers that do as their node says.
-module(otp_tree).
-behaviour(supervisor).
-export([new/0, start/3, start_instance/4, child_spec/4, reference/2, pid/2, node_of/2, is_simple/1, idle/1]).
-export([init/1, worker/3]).

%% One table per scenario: {{calls, Path}, N}, {{starts, Path}, N}, {{pid, Pid}, Path, N, Node}, {{last, Path}, Pid}.
new() ->
    #{recorder => self(), table => ets:new(?MODULE, [public])}.

%% The start function of the actor at Path.
start(#{recorder := Recorder, table := Table} = Tree, Path, Node) ->
    otp_recorder:note(Recorder, {start, Path}),
    Call = ets:update_counter(Table, {calls, Path}, 1, {{calls, Path}, 0}),
    case outcome(Call, Node) of
        <<"ignore">> ->
            otp_recorder:note(Recorder, {ignored, Path}),
            ignore;
        <<"error">> ->
            failed(Tree, Path, no_start);
        Ok ->
            case run(Tree, Path, Node) of
                {ok, Pid} when Ok =:= <<"extra">> -> {ok, started(Tree, Path, Node, Pid), info};
                {ok, Pid} -> {ok, started(Tree, Path, Node, Pid)};
                {error, Reason} -> failed(Tree, Path, Reason)
            end
    end.

start_instance(Tree, Supervisor, Template, Key) ->
    start(Tree, below(Supervisor, Key), Template#{<<"type">> => <<"worker">>}).

child_spec(_, _, Text, _) when is_binary(Text) ->
    otp_terms:from_json(Text);
child_spec(Tree, Parent, Node, Template) ->
    Start =
        case Template of
            true -> {?MODULE, start_instance, [Tree, Parent, Node]};
            false -> {?MODULE, start, [Tree, below(Parent, maps:get(<<"id">>, Node, <<>>)), Node]}
        end,
    Given = chosen([id, restart, shutdown, significant, type], Node),
    case Node of
        #{<<"no_start">> := true} -> Given;
        _ -> Given#{start => Start}
    end.

%% "r/a#2" for the process that was the second one to start at r/a; none for a process without a number.
reference(#{table := Table}, Pid) ->
    case ets:lookup(Table, {pid, Pid}) of
        [{_, Path, Number, _}] -> reference_text(Path, Number);
        [] -> none
    end.

%% The last process started at Path, alive or not.
pid(#{table := Table}, Path) ->
    case ets:lookup(Table, {last, Path}) of
        [{_, Pid}] -> Pid;
        [] -> none
    end.

node_of(#{table := Table}, Pid) ->
    [{_, Path, Number, Node}] = ets:lookup(Table, {pid, Pid}),
    {Path, Number, Node}.

is_simple(Node) ->
    maps:get(<<"strategy">>, Node, <<"one_for_one">>) =:= <<"simple_one_for_one">>.

%% Whether a process waits for nothing but news from outside: no stop, no start and no timer of it is under way.
idle(Pid) ->
    case process_info(Pid, [message_queue_len, current_function]) of
        [{_, 0}, {_, {gen_server, loop, _}}] -> true;
        [{_, 0}, {_, {?MODULE, wait, _}}] -> true;
        _ -> false
    end.

init({Tree, Path, Node}) ->
    put(otp_tree_path, Path),
    Template = is_simple(Node),
    Children = [child_spec(Tree, Path, Child, Template) || Child <- maps:get(<<"children">>, Node, [])],
    {ok, {chosen([strategy, intensity, period, auto_shutdown], Node), Children}}.

outcome(Call, Node) ->
    Plan = maps:get(<<"plan">>, Node, []),
    case Call =< length(Plan) of
        true -> lists:nth(Call, Plan);
        false -> maps:get(<<"rest">>, Node, <<"ok">>)
    end.

run(Tree, Path, #{<<"type">> := <<"supervisor">>} = Node) ->
    supervisor:start_link(?MODULE, {Tree, Path, Node});
run(_, _, Node) ->
    Up = make_ref(),
    Pid = spawn_link(?MODULE, worker, [self(), Up, maps:get(<<"stop">>, Node, <<"obey">>)]),
    receive
        Up -> {ok, Pid}
    end.

worker(Parent, Up, Stop) ->
    process_flag(trap_exit, Stop =/= <<"obey">>),
    Parent ! Up,
    wait(Stop).

wait(Stop) ->
    receive
        {leave, Reason} -> exit(Reason);
        {'EXIT', _, shutdown} -> told_to_stop(Stop);
        {'EXIT', _, _} -> wait(Stop)
    end.

told_to_stop(#{<<"slow">> := Ms}) ->
    timer:sleep(Ms),
    exit(shutdown);
told_to_stop(#{<<"exit">> := Reason}) ->
    exit(otp_terms:from_json(Reason));
told_to_stop(Stop) ->
    wait(Stop).

started(#{recorder := Recorder, table := Table}, Path, Node, Pid) ->
    Number = ets:update_counter(Table, {starts, Path}, 1, {{starts, Path}, 0}),
    ets:insert(Table, [{{pid, Pid}, Path, Number, Node}, {{last, Path}, Pid}]),
    Recorder ! {up, Pid},
    otp_recorder:note(Recorder, {started, reference_text(Path, Number)}),
    Pid.

failed(#{recorder := Recorder}, Path, Reason) ->
    otp_recorder:note(Recorder, {failed, Path, Reason}),
    {error, Reason}.

chosen(Keys, Node) ->
    maps:from_list([{Key, otp_terms:from_json(Value)} || Key <- Keys, {ok, Value} <- [maps:find(atom_to_binary(Key), Node)]]).

below(Parent, Id) ->
    <<Parent/binary, $/, Id/binary>>.

reference_text(Path, Number) ->
    <<Path/binary, $#, (integer_to_binary(Number))/binary>>.
