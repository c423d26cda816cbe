"""Words and options: help, unknown things, exit codes."""

import pathlib
import re
import subprocess
import unittest

from harness import BINARY, FAILED, PROJECT, ROOT, USAGE, TestCase, dove

VERBS = (
    "demo new config import extract embed build code usage score compare review annotate export info check version help explore"
).split() + [
    "study predictive",
    "study convergent",
    "generate",
    "judge",
    "translate",
    "prompts",
    "study discriminant",
    "study priming",
    "compute uot",
    "compute cluster",
    "compute assign",
    "compute kappa",
    "compute alpha",
    "compute correlation",
    "vectors convert",
]


class Help(TestCase):
    def test_every_verb_is_listed_and_has_help(self):
        listed = self.ok("help").out
        for verb in VERBS:
            self.assertIn(f"dove {verb}", listed)
            run = self.ok(*verb.split(), "--help")
            self.assertTrue(run.out.startswith(f"Usage: dove {verb}"), run.out)
            self.assertIn("--help", run.out)
            self.assertEqual(self.ok("help", *verb.split()).out, run.out)

    def test_help_lists_no_verb_that_this_test_does_not_know(self):
        listed = self.ok("help").out
        names = re.findall(r"^  dove ((?:(?:study|compute|vectors) )?[a-z]+)", listed, re.M)
        self.assertEqual(sorted(names), sorted(VERBS))

    def test_help_of_a_family_lists_its_verbs(self):
        run = self.ok("compute", "--help")
        for verb in VERBS:
            self.assertEqual(f"dove {verb} " in run.out + " ", verb.startswith("compute "), verb)

    def test_help_is_whole_and_tells_what_an_argument_can_be(self):
        text = " ".join(self.ok("export", "--help").out.split())
        self.assertIn("without the places of keys. WHAT: documents, expressions, ", text)
        self.assertIn(", batch or bundle. Options:", text)
        self.assertIn("WHAT: list, agree, ", " ".join(self.ok("review", "--help").out.split()))
        self.assertIn("NAME: recognizer, namer, ", " ".join(self.ok("prompts", "--help").out.split()))

    def test_common_ways_to_ask(self):
        self.assertEqual(self.ok("--help").out, self.ok("-h").out)
        self.assertEqual(self.ok("--version").out, self.ok("version").out)
        version = self.ok("version", "--json").json()
        changelog = (ROOT / "CHANGELOG.md").read_text()
        self.assertIn(f"## {version['version']}", changelog)

    def test_no_word_is_wrong_usage(self):
        run = dove()
        self.assertEqual(run.code, USAGE)
        self.assertEqual(run.out, "")
        self.assertIn("dove PROJECT", run.err)

    def test_options_of_the_contract_are_there(self):
        for verb, options in {
            "demo": "dir no-ui json quiet threads",
            "new": "preset set",
            "import": "as skip-bad json",
            "extract": "limit dry-run json",
            "embed": "dry-run json",
            "build": "iterations resume-from dry-run json seed threads",
            "code": "text json",
            "generate": "model role samples lang dry-run json",
            "judge": "models limit dry-run json",
            "translate": "to limit dry-run json",
            "prompts": "set reset json",
            "score": "model culture bootstrap explain json seed threads",
            "export": "output format at",
            "study predictive": "scores downstream missing json",
            "compute uot": "cost a b epsilon tau entropic json",
            "compute cluster": "umap-dim neighbors min-cluster-size min-samples no-umap metric output seed json",
            "compute assign": "centroids sigma2 output",
            "vectors convert": "output words",
        }.items():
            text = self.ok(*verb.split(), "--help").out
            for option in options.split():
                self.assertRegex(text, rf"--{option}\b", verb)


class WrongWords(TestCase):
    def test_unknown_verb(self):
        self.fails(USAGE, "bild", says="did you mean 'dove build'")
        self.fails(USAGE, "inof", says="did you mean 'dove info'")
        for far in ("xyzzyx", "foo", "zz", "make"):
            run = self.fails(USAGE, far, says="dove help")
            self.assertNotIn("did you mean", run.err)

    def test_unknown_option(self):
        self.fails(USAGE, "info", "p", "--jsn", says="did you mean --json")
        self.fails(USAGE, "info", "p", "--zzzzzz", says="dove info --help")
        self.fails(USAGE, "info", "p", "-z", says="-z")

    def test_family_without_or_with_wrong_second_word(self):
        self.fails(USAGE, "compute", says="uot")
        self.fails(USAGE, "compute", "wheat", says=("wheat", "cluster"))

    def test_missing_and_surplus_arguments(self):
        self.fails(USAGE, "info", says="PROJECT")
        self.fails(USAGE, "import", "p", says="FILE")
        self.fails(USAGE, "info", "p", "q", says="'q'")
        self.fails(USAGE, "new", "p", "--set", says="needs a value")
        self.fails(USAGE, "new", "p", "--set", "K", says="KEY=VALUE")
        self.fails(USAGE, "compute", "uot", says="--cost")
        self.fails(USAGE, "study", "convergent", says="--scores")
        self.fails(USAGE, "vectors", "convert", "x", says="--output")

    def test_values_out_of_range(self):
        self.fails(USAGE, "build", "p", "--iterations", "-1", says="--iterations")
        self.fails(USAGE, "build", "p", "--iterations", "many", says="many")
        self.fails(USAGE, "build", "p", "--iterations=3x", says="3x")
        self.fails(USAGE, "build", "p", "--threads", "1e3", says="1e3")
        self.fails(USAGE, "compute", "uot", "--epsilon", "0", says="--epsilon")
        self.fails(USAGE, "compute", "uot", "--epsilon", "nan", says="--epsilon")
        self.fails(USAGE, "compute", "uot", "--entropic", "other", says="plain kl")
        self.fails(USAGE, "info", "p", "--json=1", says="no value")
        self.fails(USAGE, "build", "p", "--iterations", "1", "--iterations", "2", says="twice")

    def test_what_this_version_has_not_is_said_so(self):
        for words in ("study reliability", "study robustness"):
            self.fails(USAGE, *words.split(), says="this version of dove has no")
        self.fails(USAGE, "study", "ablation", says="this version of dove has no")
        self.fails(USAGE, "export", "p", "wheat", says=("wheat", "codebook"))

    def test_control_characters_of_the_command_line_do_not_reach_the_terminal(self):
        self.fails(USAGE, "\x1b[2Jverb", says="␛[2Jverb")
        self.fails(PROJECT, "info", "\x1b]0;x\x07.dove", says="␛]0;x␇.dove")


class Explorer(TestCase):
    def test_without_a_terminal_info_is_suggested(self):
        project = self.new_project()
        self.fails(USAGE, project, says="dove info")

    def test_a_missing_project_is_told_apart(self):
        self.fails(PROJECT, self.path("none.dove"), says="dove new")


class Output(TestCase):
    def test_a_full_output_is_a_failure(self):
        project = self.new_project()
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "info", project], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)

    def test_log(self):
        log = self.path("dove.log")
        self.ok("new", self.path("p.dove"), "--log", log)
        self.fails(FAILED, "new", self.path("p.dove"), "--log", log, says="p.dove")
        done, failed = log.read_text().splitlines()
        self.assertRegex(done, r"^\d{4}-\d\d-\d\d.* new \S+p\.dove: done after \d+\.\d\d s$")
        self.assertRegex(failed, r"new \S+p\.dove: failed after \d+\.\d\d s: .*p\.dove")
        self.fails(1, "version", "--log", self.path("none") / "x", says="log")


class Generated(TestCase):
    def test_unknown_kind(self):
        self.fails(USAGE, "--generate", "wheat", says="wheat")

    def test_bash_completion(self):
        script = self.write("dove.bash", self.ok("--generate", "bash").out)

        def complete(*words):
            line = " ".join(f"'{word}'" for word in words)
            program = (
                f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _dove; "
                'printf "%s\\n" "${COMPREPLY[@]}"'
            )
            return subprocess.run(
                ["bash", "-c", program], stdout=subprocess.PIPE, cwd=self.folder, check=True
            ).stdout.decode().split()

        self.assertIn("build", complete("dove", "bu"))
        self.assertEqual(complete("dove", "compute", "cl"), ["cluster"])
        self.assertEqual(complete("dove", "compute", "uot", "--entr"), ["--entropic"])
        self.assertEqual(complete("dove", "compute", "uot", "--entropic", ""), ["plain", "kl"])
        self.assertEqual(complete("dove", "export", "p.dove", "code"), ["codebook"])
        self.assertIn("--resume-from", complete("dove", "build", "p.dove", "--"))

    def test_every_verb_is_in_manual_and_completions(self):
        manual = self.ok("--generate", "man").out
        zsh = self.ok("--generate", "zsh").out
        fish = self.ok("--generate", "fish").out
        for verb in VERBS:
            self.assertIn(f".SS dove {verb}", manual)
            self.assertIn(f"'{verb}') _arguments", zsh)
            self.assertIn(verb.split()[-1], fish)
        self.assertIn(".SH", self.ok("--generate", "keys").out)

    def test_kept_files_are_the_generated_ones(self):
        for what, path in {
            "bash": "assets/completions/dove.bash",
            "zsh": "assets/completions/_dove",
            "fish": "assets/completions/dove.fish",
            "keys": "man/dove-keys.7",
        }.items():
            self.assertEqual((ROOT / pathlib.Path(path)).read_text(), self.ok("--generate", what).out, path)
        self.assertIn(self.ok("--generate", "man").out, (ROOT / "man/dove.1").read_text())


if __name__ == "__main__":
    unittest.main()
