from remediator.git.grep import Hit, grep


def test_words_are_found_literally_in_the_files_asked_for(repository) -> None:
    files = {
        "k8s/pool.yaml": "kind: NodePool\nname: gpu.*\n",
        "a: b/x.yaml": "gpu.*",
        "README.md": "gpu.*\n",
        "img.yaml": b"\x00gpu.*\n",
    }
    repository.commit(files)
    clone = repository.sync()

    hits = grep(clone, clone.head, ["gpu.*", "absent", "", "two\nlines"], ["*.yaml"])

    assert hits == (Hit("a: b/x.yaml", 1, "gpu.*"), Hit("k8s/pool.yaml", 2, "name: gpu.*"))


def test_options_and_commands_in_words_are_words(repository) -> None:
    repository.commit({"a.yaml": "--open-files-in-pager=touch\n", ".gitattributes": "*.yaml diff=evil\n"})
    clone = repository.sync()

    assert [hit.line for hit in grep(clone, clone.head, ["--open-files-in-pager=touch"], ["*.yaml"])] == [1]
    assert grep(clone, clone.head, [], ["*.yaml"]) == ()


def test_a_path_that_is_no_text_is_left_out(repository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"word\n")
    repository.git("update-index", "--add", "--index-info", stdin=f"100644 {blob}\t".encode() + b"\xff.yaml\n")
    repository.git("commit", "--quiet", "-m", "Odd")
    clone = repository.sync()

    assert grep(clone, clone.head, ["word"], ["*.yaml"]) == ()


def test_a_path_with_a_line_break_hides_nothing(repository) -> None:
    repository.commit({"a\nb.yaml": "word\nword\n", "c.yaml": "word\n"})
    clone = repository.sync()

    assert grep(clone, clone.head, ["word"], ["*.yaml"]) == (
        Hit("a\nb.yaml", 1, "word"),
        Hit("a\nb.yaml", 2, "word"),
        Hit("c.yaml", 1, "word"),
    )


def test_a_common_word_does_not_hide_a_rare_one(repository) -> None:
    repository.commit({"a.yaml": "common\n" * 60 + "rare\n"})
    clone = repository.sync()

    assert grep(clone, clone.head, ["common", "rare"], ["*.yaml"])[-1] == Hit("a.yaml", 61, "rare")
