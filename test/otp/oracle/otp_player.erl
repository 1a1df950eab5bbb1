%% Plays one scenario: boots the root, runs its commands one after the other, each after the one before has settled,
%% and answers with the trace.
-module(otp_player).
-export([play/1]).

%% A step that takes longer never ends: restarts that take so long that they never fill a period.
-define(STUCK_MS, 30000).

play(#{<<"root">> := Root, <<"cmds">> := Commands}) ->
    Tree = otp_tree:new(),
    Parent = otp_recorder:start_actor_parent(),
    Scene = #{tree => Tree, parent => Parent, live => #{}, news => []},
    {Boot, Scene1} = step(Scene, fun() -> boot(Tree, Root) end),
    {Trace, #{live := Live}} = lists:mapfoldl(fun command/2, Scene1, Commands),
    unlink(Parent),
    [exit(Pid, kill) || Pid <- [Parent | maps:values(Live)]],
    [Boot | Trace].

boot(Tree, Root) ->
    case otp_tree:start(Tree, <<"r">>, Root) of
        {error, Reason} -> #{error => to_json(Tree, Reason)};
        Started -> started(Tree, Started)
    end.

command(#{<<"op">> := <<"wait">>, <<"ms">> := Ms}, #{parent := Parent} = Scene) ->
    step(Scene#{parent := none}, fun() -> timer:sleep(Ms), ok end, Parent);
command(Command, #{tree := Tree} = Scene) ->
    step(Scene, fun() -> perform(Command, Tree) end).

perform(#{<<"op">> := <<"check_childspecs">>} = Command, Tree) ->
    Specs = [otp_tree:child_spec(Tree, <<"r">>, Spec, false) || Spec <- maps:get(<<"specs">>, Command)],
    done(
        Tree,
        case Command of
            #{<<"auto_shutdown">> := When} -> supervisor:check_childspecs(Specs, otp_terms:from_json(When));
            _ -> supervisor:check_childspecs(Specs)
        end
    );
perform(#{<<"op">> := Op} = Command, Tree) ->
    Path = maps:get(<<"path">>, Command, maps:get(<<"sup">>, Command, <<"r">>)),
    Pid = otp_tree:pid(Tree, Path),
    case is_pid(Pid) andalso is_process_alive(Pid) of
        true -> perform(Op, Command, Pid, Tree);
        false -> noproc()
    end.

perform(<<"exit">>, #{<<"reason">> := Reason}, Pid, _) ->
    Pid ! {leave, otp_terms:from_json(Reason)},
    ok;
perform(<<"signal">>, #{<<"reason">> := Reason}, Pid, _) ->
    {_, Monitor} = spawn_monitor(fun() -> exit(Pid, otp_terms:from_json(Reason)) end),
    receive
        {'DOWN', Monitor, process, _, _} -> ok
    end;
perform(<<"stop">>, #{<<"reason">> := Reason}, Pid, _) ->
    exit(Pid, otp_terms:from_json(Reason)),
    ok;
perform(<<"start_child">>, #{<<"key">> := Key}, Sup, Tree) ->
    started(Tree, supervisor:start_child(Sup, [Key]));
perform(<<"start_child">>, #{<<"spec">> := Spec, <<"sup">> := Path}, Sup, Tree) ->
    started(Tree, supervisor:start_child(Sup, otp_tree:child_spec(Tree, Path, Spec, false)));
perform(<<"restart_child">>, Command, Sup, Tree) ->
    started(Tree, supervisor:restart_child(Sup, id(Command)));
perform(<<"delete_child">>, Command, Sup, Tree) ->
    done(Tree, supervisor:delete_child(Sup, id(Command)));
perform(<<"terminate_child">>, Command, Sup, Tree) ->
    with(which(Command, Tree), fun(Which) -> done(Tree, supervisor:terminate_child(Sup, Which)) end);
perform(<<"get_childspec">>, Command, Sup, Tree) ->
    with(which(Command, Tree), fun(Which) ->
        case supervisor:get_childspec(Sup, Which) of
            {ok, Spec} -> #{ok => maps:with([id, restart, shutdown, significant, type], Spec)};
            Error -> done(Tree, Error)
        end
    end);
perform(<<"which_children">>, _, Sup, Tree) ->
    Rows = [[to_json(Tree, Id), to_json(Tree, Child), Type] || {Id, Child, Type, _} <- supervisor:which_children(Sup)],
    {_, _, Node} = otp_tree:node_of(Tree, Sup),
    case otp_tree:is_simple(Node) of
        true -> lists:sort(Rows);
        false -> Rows
    end;
perform(<<"count_children">>, _, Sup, _) ->
    maps:from_list(supervisor:count_children(Sup)).

id(#{<<"id">> := Id}) -> otp_terms:from_json(Id).

which(#{<<"pid">> := Path}, Tree) -> otp_tree:pid(Tree, Path);
which(Command, _) -> id(Command).

with(none, _) -> noproc();
with(Which, Fun) -> Fun(Which).

noproc() -> #{exit => noproc}.

started(Tree, {ok, Pid}) -> #{ok => to_json(Tree, Pid)};
started(Tree, {ok, Pid, Extra}) -> #{ok => to_json(Tree, Pid), extra => Extra};
started(Tree, {error, {Reason, Child}}) when element(1, Child) =:= child -> #{error => to_json(Tree, Reason)};
started(Tree, {error, Reason}) -> #{error => to_json(Tree, Reason)};
started(_, ignore) -> ignore.

done(_, ok) -> ok;
done(Tree, {error, Reason}) -> #{error => to_json(Tree, Reason)}.

to_json(Tree, Term) ->
    otp_terms:to_json(Term, fun(Pid) -> otp_tree:reference(Tree, Pid) end).

%% One step: does it in the parent of the root, lets everything settle, and looks at what came of it.
step(#{parent := Parent} = Scene, Fun) ->
    Ref = make_ref(),
    step(
        Scene,
        fun() ->
            Parent ! {perform, self(), Ref, Fun},
            receive
                {Ref, Reply} -> Reply
            after ?STUCK_MS -> exit(stuck)
            end
        end,
        Parent
    ).

step(Scene, Perform, Parent) ->
    SinceMs = erlang:monotonic_time(millisecond),
    Reply = Perform(),
    #{tree := Tree, news := News} = Settled = settle(Scene, SinceMs + ?STUCK_MS),
    Moments = [Ns div 1000000 || {{Ns, _}, _} <- lists:keysort(1, News)],
    Ms = duration([SinceMs | Moments] ++ [erlang:monotonic_time(millisecond)]),
    Events = otp_recorder:resolve(News, fun(Pid) -> otp_tree:reference(Tree, Pid) end),
    Step = #{events => sort_runs(Tree, Events), reply => Reply, state => state(Tree)},
    {case Ms of 0 -> Step; _ -> Step#{ms => Ms} end, Settled#{news := [], parent := Parent}}.

%% Every timer in a scenario is a multiple of 100 ms; what is above it, from one event to the next, is the work of this
%% machine.
duration([From | [To | _] = Rest]) -> (To - From + 5) div 100 * 100 + duration(Rest);
duration([_]) -> 0.

%% Settled: every process is idle and nothing is on its way here, twice in a row, with all traces delivered between.
settle(Scene, DueMs) ->
    erlang:monotonic_time(millisecond) < DueMs orelse exit(stuck),
    Scene1 = take(Scene, 0),
    case quiet(Scene1) of
        true ->
            Delivered = erlang:trace_delivered(all),
            receive
                {trace_delivered, all, Delivered} -> ok
            end,
            case quiet(Scene1) of
                true -> Scene1;
                false -> settle(Scene1, DueMs)
            end;
        false ->
            settle(take(Scene1, 5), DueMs)
    end.

quiet(#{live := Live}) ->
    lists:all(fun otp_tree:idle/1, maps:values(Live)) andalso process_info(self(), message_queue_len) =:= {message_queue_len, 0}.

%% Takes all news that are there; waits at most WaitMs for the first.
take(#{live := Live, news := News} = Scene, WaitMs) ->
    receive
        {event, Stamp, Event} ->
            take(Scene#{news := [{Stamp, Event} | News]}, 0);
        {trace_ts, Pid, exit, Reason, Stamp} ->
            take(Scene#{news := [{Stamp, {terminated, Pid, Reason}} | News]}, 0);
        {up, Pid} ->
            take(Scene#{live := Live#{monitor(process, Pid) => Pid}}, 0);
        {'DOWN', Monitor, process, _, _} ->
            take(Scene#{live := maps:remove(Monitor, Live)}, 0);
        _ ->
            take(Scene, 0)
    after WaitMs -> Scene
    end.

%% Instances of one supervisor stop at the same time: every run of their ends is put in the order of references.
sort_runs(_, []) ->
    [];
sort_runs(Tree, [Event | Rest]) ->
    case owner(Tree, Event) of
        none ->
            [Event | sort_runs(Tree, Rest)];
        Owner ->
            {Run, After} = lists:splitwith(fun(Other) -> owner(Tree, Other) =:= Owner end, [Event | Rest]),
            lists:sort(Run) ++ sort_runs(Tree, After)
    end.

%% The path of the supervisor whose instance ended.
owner(Tree, [terminated, Reference | _]) ->
    Above = filename:dirname(Reference),
    Pid = otp_tree:pid(Tree, Above),
    case is_pid(Pid) andalso otp_tree:node_of(Tree, Pid) of
        {_, _, Node} -> case otp_tree:is_simple(Node) of true -> Above; false -> none end;
        false -> none
    end;
owner(_, _) ->
    none.

state(Tree) ->
    Root = otp_tree:pid(Tree, <<"r">>),
    case is_pid(Root) andalso is_process_alive(Root) of
        true -> iolist_to_binary(state(Tree, Root));
        false -> <<"-">>
    end.

state(Tree, Pid) ->
    {Path, Number, Node} = otp_tree:node_of(Tree, Pid),
    Self = [filename:basename(Path), $#, integer_to_list(Number)],
    case Node of
        #{<<"type">> := <<"supervisor">>} -> [Self, $(, lists:join($\s, children(Tree, Pid, Node)), $)];
        _ -> Self
    end.

children(Tree, Sup, Node) ->
    Children = lists:reverse(supervisor:which_children(Sup)),
    case otp_tree:is_simple(Node) of
        true -> lists:sort([iolist_to_binary(state(Tree, Pid)) || {_, Pid, _, _} <- Children]);
        false -> [case is_pid(Pid) of true -> state(Tree, Pid); false -> [atom_to_list(Id), $-] end || {Id, Pid, _, _} <- Children]
    end.
