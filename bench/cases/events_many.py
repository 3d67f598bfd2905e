"""Many processes write ``n`` events in all to one home, each event by a public call."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import probe


def write(home: Path, writer: int, count: int) -> None:
    """One writer: opens the home, says so, waits for the start, writes its share."""
    del home
    dg = probe.library()
    with dg.DagsterInstance.get() as instance:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(count):
            instance.report_runless_asset_event(
                dg.AssetMaterialization(f"key_{writer}", metadata={"row": number})
            )
        print("done", flush=True)


def spawn(home: Path, writer: int, share: int) -> subprocess.Popen[str]:
    """Start one writer."""
    command = [sys.executable, __file__, "--home", str(home), "--n", str(share), "--writer", str(writer)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str], word: str) -> None:
    """Wait until the writer says the word; a writer that fails ends the case."""
    assert process.stdout is not None
    if process.stdout.readline().strip() != word:
        process.terminate()
        process.wait()
        raise SystemExit(1)  # the writer has said why


def main() -> None:
    """The clock runs from the common start until the last writer has written its last event."""
    parser = probe.parser()
    parser.add_argument("--writers", type=int, default=20, help="how many processes")
    parser.add_argument("--writer", type=int)
    args = parser.parse_args()
    if args.writer is not None:
        write(args.home, args.writer, args.n)
        return
    dg = probe.library()
    count = args.writers
    share = args.n // count
    with dg.DagsterInstance.get() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("warm"))
        writers = [spawn(args.home, number, share) for number in range(count)]
        for process in writers:
            heard(process, "ready")
        begun = time.perf_counter()
        for process in writers:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in writers:
            heard(process, "done")
        seconds = time.perf_counter() - begun
        for process in writers:
            process.wait()
        keys = [dg.AssetKey(f"key_{number}") for number in range(count)]
        found = sum(len(instance.fetch_materializations(key, limit=share + 1).records) for key in keys)
    if found != share * count:
        raise SystemExit(f"{found} events can be read back instead of {share * count}")
    probe.answer(seconds=seconds, check={"stored": found})


if __name__ == "__main__":
    main()
