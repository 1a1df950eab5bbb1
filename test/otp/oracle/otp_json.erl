%% As much of JSON as scenarios and traces need (OTP has a module of its own only since 27).
-module(otp_json).
-export([decode/1, encode/1]).

%% Objects are maps with binary keys, strings are binaries, arrays are lists.
decode(Text) ->
    {Value, Rest} = value(space(Text)),
    <<>> = space(Rest),
    Value.

encode(Map) when is_map(Map) ->
    [${, lists:join($,, [[encode(K), $:, encode(V)] || {K, V} <- maps:to_list(Map)]), $}];
encode(List) when is_list(List) ->
    [$[, lists:join($,, [encode(Item) || Item <- List]), $]];
encode(Text) when is_binary(Text) ->
    [$", [escaped(Byte) || <<Byte>> <= Text], $"];
encode(Number) when is_integer(Number) ->
    integer_to_list(Number);
encode(Atom) when is_atom(Atom), Atom =/= true, Atom =/= false, Atom =/= null ->
    encode(atom_to_binary(Atom));
encode(Atom) ->
    atom_to_list(Atom).

value(<<${, Rest/binary>>) -> object(space(Rest), #{});
value(<<$[, Rest/binary>>) -> array(space(Rest), []);
value(<<$", Rest/binary>>) -> string(Rest, []);
value(<<"true", Rest/binary>>) -> {true, Rest};
value(<<"false", Rest/binary>>) -> {false, Rest};
value(<<"null", Rest/binary>>) -> {null, Rest};
value(Text) -> integer(Text, []).

object(<<$}, Rest/binary>>, Map) ->
    {Map, Rest};
object(<<$,, Rest/binary>>, Map) ->
    object(space(Rest), Map);
object(<<$", Text/binary>>, Map) ->
    {Key, Rest} = string(Text, []),
    <<$:, After/binary>> = space(Rest),
    {Value, Left} = value(space(After)),
    object(space(Left), Map#{Key => Value}).

array(<<$], Rest/binary>>, Items) ->
    {lists:reverse(Items), Rest};
array(<<$,, Rest/binary>>, Items) ->
    array(space(Rest), Items);
array(Text, Items) ->
    {Item, Rest} = value(Text),
    array(space(Rest), [Item | Items]).

string(<<$", Rest/binary>>, Bytes) -> {list_to_binary(lists:reverse(Bytes)), Rest};
string(<<$\\, Byte, Rest/binary>>, Bytes) when Byte =:= $"; Byte =:= $\\; Byte =:= $/ -> string(Rest, [Byte | Bytes]);
string(<<Byte, Rest/binary>>, Bytes) when Byte =/= $\\ -> string(Rest, [Byte | Bytes]).

integer(<<Byte, Rest/binary>>, Digits) when Byte >= $0, Byte =< $9; Byte =:= $- -> integer(Rest, [Byte | Digits]);
integer(Rest, Digits) -> {list_to_integer(lists:reverse(Digits)), Rest}.

space(<<Byte, Rest/binary>>) when Byte =< $\s -> space(Rest);
space(Text) -> Text.

escaped(Byte) when Byte =:= $"; Byte =:= $\\ -> [$\\, Byte];
escaped(Byte) when Byte >= $\s -> Byte.
