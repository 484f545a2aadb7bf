"""Repositories of Terraform code with long histories, generated from a seed: edits, formatting, moves, merges."""

import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

_TYPES = ("aws_instance", "aws_ebs_volume", "aws_autoscaling_group", "aws_s3_bucket")
_PEOPLE = ("Alice Moreau <alice@acme.io>", "Bruno Keller <bruno@acme.io>", "Chen Wei <chen@acme.io>")


@dataclass
class _Tree:
    """The files of the branch as the generator goes, and how many blocks it has made."""

    random: random.Random
    files: dict[str, list[str]] = field(default_factory=dict)
    blocks: int = 0

    def path(self) -> str:
        return self.random.choice(sorted(self.files))

    def block(self) -> list[str]:
        self.blocks += 1
        size = self.random.choice(("large", "xlarge", "2xlarge"))
        return [
            f'resource "{self.random.choice(_TYPES)}" "r{self.blocks}" {{\n',
            f'  instance_type = "m5.{size}"\n',
            f"  volume_size = {self.random.randrange(8, 500)}\n",
            "  tags = {\n",
            f'    Name = "r{self.blocks}"\n',
            "  }\n",
            "}\n",
            "\n",
        ]


def generate(path: Path, commits: int, files: int, seed: int = 1) -> None:
    """Makes a bare repository at `path` whose branch `main` has that many first-parent commits, by git fast-import.

    One commit in six is the merge of a branch with a commit of its own; the same seed makes the same repository.
    """
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", "--template=", str(path)], check=True)
    command = ["git", f"--git-dir={path}", "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        tree, mark = _Tree(random.Random(seed)), 0
        for number in range(commits):
            before = set(tree.files)
            changed = _change(tree, files)
            gone = sorted(before - set(tree.files))
            parents = [mark] if mark else []
            if mark and tree.random.random() < 1 / 6:
                mark += 1
                importer.stdin.write(_commit(tree, mark, number, parents, changed, gone, "side", f"Work {number}"))
                parents.append(mark)
            mark += 1
            subject = f"Merge pull request #{number} from acme/side" if len(parents) > 1 else f"Change (#{number})"
            importer.stdin.write(_commit(tree, mark, number, parents, changed, gone, "main", subject))
        importer.stdin.close()
    if importer.returncode != 0:
        raise RuntimeError(f"git fast-import ended with {importer.returncode}")


def _change(tree: _Tree, files: int) -> list[str]:
    """Changes the tree as one commit would; the paths to write."""
    chance = tree.random.random()
    if len(tree.files) < min(3, files) or (chance < 0.1 and len(tree.files) < files):
        path = f"envs/e{tree.random.randrange(20)}/f{len(tree.files)}-{tree.blocks}.tf"
        tree.files[path] = [line for _ in range(tree.random.randrange(1, 12)) for line in tree.block()]
        return [path]
    path = tree.path()
    lines = tree.files[path]
    if chance < 0.14:
        old, new = ("  =  ", " = ") if any("  =  " in line for line in lines) else (" = ", "  =  ")
        lines[:] = [line.replace(old, new) for line in lines]
    elif chance < 0.18:
        moved = f"moved/{tree.blocks}-{tree.random.randrange(10**6)}.tf"
        tree.files[moved] = tree.files.pop(path)
        return [moved]
    elif chance < 0.24:
        other = tree.path()
        cut = lines[:8]
        del lines[:8]
        tree.files[other].extend(cut)
        return sorted({path, other})
    elif chance < 0.5 or not lines:
        at = tree.random.randrange(len(lines) // 8 + 1) * 8
        lines[at:at] = tree.block()
    elif chance < 0.62:
        at = tree.random.randrange(len(lines))
        del lines[at : at + tree.random.randrange(1, 9)]
    else:
        for _ in range(tree.random.randrange(1, 4)):
            at = tree.random.randrange(len(lines))
            lines[at] = f"  volume_size = {tree.random.randrange(8, 500)}\n"
    return [path]


def _commit(
    tree: _Tree,
    mark: int,
    number: int,
    parents: list[int],
    changed: list[str],
    gone: list[str],
    branch: str,
    subject: str,
) -> bytes:
    person = f"{tree.random.choice(_PEOPLE)} {1_500_000_000 + 600 * number} +0000"
    text = [f"commit refs/heads/{branch}\nmark :{mark}\nauthor {person}\ncommitter {person}\n"]
    text.append(f"data {len(subject)}\n{subject}\n")
    text += [f"{word} :{parent}\n" for word, parent in zip(("from", "merge"), parents, strict=False)]
    text += [f"D {path}\n" for path in gone]
    for path in changed:
        content = "".join(tree.files[path])
        text.append(f"M 100644 inline {path}\ndata {len(content)}\n{content}\n")
    return "".join(text).encode()
