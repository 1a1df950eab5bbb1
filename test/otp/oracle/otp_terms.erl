%% Terms as scenarios write them: atoms and strings as strings, tuples and lists as arrays, undefined as null.
-module(otp_terms).
-export([from_json/1, to_json/2]).

from_json(Text) when is_binary(Text) -> binary_to_atom(Text);
from_json(List) when is_list(List) -> list_to_tuple([from_json(Item) || Item <- List]);
from_json(null) -> undefined;
from_json(Value) -> Value.

%% The argument of bad_start_spec is left out: it holds start functions.
to_json({bad_start_spec, _}, _) -> bad_start_spec;
to_json(undefined, _) -> null;
to_json(Pid, Reference) when is_pid(Pid) -> Reference(Pid);
to_json(Tuple, Reference) when is_tuple(Tuple) -> to_json(tuple_to_list(Tuple), Reference);
to_json(List, Reference) when is_list(List) -> [to_json(Item, Reference) || Item <- List];
to_json(Value, _) when is_atom(Value); is_integer(Value) -> Value.
