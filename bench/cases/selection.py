"""Parse and resolve asset selections over a graph of ``n`` assets in groups and with tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphs
import probe


def main() -> None:
    """Each figure is one selection from its text to the set of keys."""
    args = probe.parser().parse_args()
    dg = probe.library()
    parents = graphs.dag(args.n)
    made = graphs.functions(parents, parameters=False)
    assets: list[Any] = [
        dg.asset(
            name=f"a{number}",
            deps=[f"a{each}" for each in parents[number]],
            group_name=f"g{number % 20}",
            tags={"team": f"t{number % 7}"},
        )(function)
        for number, function in enumerate(made)
    ]
    graph = dg.Definitions(assets=assets).resolve_asset_graph()
    some = [f"a{number}" for number in range(0, args.n, 10)]
    middle = args.n // 2
    texts = {
        "neighbours": f'1+key:"a{middle}"+1',
        "ancestors": f'+key:"a{middle}"',
        "attributes": 'group:"g3" and tag:"team"="t1"',
        "wildcard": 'key:"a1*"+2',
        "negation": 'not (group:"g3" or group:"g4")',
    }

    def asked(text: str, where: Any) -> Callable[[], Any]:
        return lambda: dg.AssetSelection.from_string(text).resolve(where)

    chosen = {name: asked(text, graph) for name, text in texts.items()}
    chosen["keys"] = lambda: dg.AssetSelection.assets(*some).resolve(graph)
    chosen["from_list"] = asked(texts["attributes"], assets)
    sizes = {name: len(call()) for name, call in chosen.items()}
    figures = {
        name: probe.typical(call, times=3 if name == "from_list" else 9) for name, call in chosen.items()
    }
    probe.answer(**figures, check=sizes)


if __name__ == "__main__":
    main()
