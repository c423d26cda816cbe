"""The whole method with models behind an endpoint, on the sample documents: the loopback server of tests/endpoint
answers as a script says, and counts what it is asked."""

import contextlib
import json
import math
import pathlib
import re
import sqlite3
import sys
import unittest

from harness import INPUT, NETWORK, USAGE, TestCase, document, read_lines, sample_files

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "endpoint"))
import server as endpoint_server  # noqa: E402

CHAT_ROLES = ("recognizer", "namer", "decoder", "examinee", "judge", "translator")
KEY = "sk-right"

# What people hold dear, by words of their texts: enough for a scripted recognizer to find several values in each.
VALUES = {
    "honesty": ("honest", "truth", "正直", "솔직", "诚实", "word"),
    "family devotion": ("mother", "father", "parent", "家族", "부모", "父母", "family"),
    "personal freedom": ("free", "choice", "own", "自由", "자유"),
    "hard work": ("work", "仕事", "일", "工作", "job"),
    "mutual help": ("help", "neighbour", "neighbor", "助け", "돕", "帮"),
    "respect": ("respect", "尊重", "존중", "尊敬"),
}


def recognise(prompt):
    text = prompt.split("<<<TEXT\n", 1)[1]
    found = [name for name, words in VALUES.items() if any(word in text for word in words)] or ["plain living"]
    values = [
        {"code_name": name, "description": f"The author values {name} in life number {len(text) % 7}.", "evidence": ""}
        for name in found
    ]
    return json.dumps({"stance": "They mean it.", "values": values})


def name_code(prompt):
    """The commonest value among the sentences."""
    found = re.findall(r"values ([a-z ]+) in life", prompt)
    return json.dumps({"code_name": max(sorted(set(found)), key=found.count) if found else "plain living"})


def rename_code(objection):
    """The name of a code when the first choice is taken."""
    taken = re.findall(r'"([^"]+)"', objection)
    return json.dumps({"code_name": f"{taken[0].split()[0]} apart" if len(taken) == 1 else "quiet mind"})


def decode(prompt):
    values = prompt.split("Values:\n", 1)[1].split("\n\nTopic:\n", 1)
    return f"On {values[1].strip()} I hold with {values[0]}"


def write(prompt):
    topic = prompt.rstrip().rsplit("\n", 1)[1]
    role = re.search(r"a person who is (.*)\.", prompt)
    who = f"As {role.group(1)} I speak. " if role else ""
    return f"{who}On {topic} I would say that respect and honest work come first, and that one is free."


def judge(prompt):
    if '"value_related"' in prompt:
        return json.dumps({"subjectivity": "Subjective", "value_related": True, "reason": "It says I."})
    if '"verdict"' in prompt:
        return json.dumps({"verdict": "possible" if "life" in prompt else "impossible", "reason": "The topic."})
    return json.dumps({"specificity": "general", "topic": "Write your opinion on a life well lived."})


def translate(prompt):
    return "In English: " + prompt.split("<<<TEXT\n", 1)[1].split("\n", 1)[0][:40]


SCRIPT = {
    "You read a text and write down": recognise,
    "Give that value one name": name_code,
    "Other values are already called": rename_code,
    "as an author would who holds": decode,
    "Write a piece of writing on": write,
    '"subjectivity": how much': judge,
    "Decide whether the document below": judge,
    "Somebody from": judge,
    "Translate the text below into": translate,
}


class ModelCase(TestCase):
    """A test with a server of its own, and a project whose roles are all models behind it."""

    def serve(self):
        server = endpoint_server.Server(dict(SCRIPT)).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def roles(self, server, mode="good", **settings):
        asked = {"endpoint.url": server.url(mode), "distortion": "embedding", "embedder.model": "vectors"}
        asked.update({f"{role}.model": "test-model" for role in CHAT_ROLES})
        return {**asked, **settings}

    def project(self, server, files=None, mode="good", name="test.dove", **settings):
        path = self.new_project(name, **self.roles(server, mode, **settings))
        self.ok("import", path, *(files or [self.few()]))
        return path

    def few(self, topics=4):
        """Documents that people of two cultures wrote on a few topics."""
        rows = []
        for kind in ("us", "kr"):
            file = next(file for file in sample_files("documents") if file.stem == kind)
            rows += [row for row in read_lines(file) if int(row["id"].split("-")[-1]) <= topics]
        return self.write_lines("few.jsonl", rows)

    def sent(self, server):
        return sum(server.counter.seen.values())

    def answered(self, path):
        """How many requests the project holds an answer to: a question may be put several times, for several answers."""
        with contextlib.closing(sqlite3.connect(path)) as project:
            return project.execute("SELECT count(*) FROM request_cache WHERE status = 'answered'").fetchone()[0]

    def assert_nothing_more_is_sent(self, server, *calls):
        before = self.sent(server)
        for call in calls:
            self.ok(*call)
        self.assertEqual(self.sent(server), before)

    def exported(self, path, what, *options):
        return self.ok("export", path, what, "--format", "json", *options).json()


class Pipeline(ModelCase):
    SETTINGS = {"candidate_sets": 2, "kept_sets": 2, "reconstructions": 2, "T": 2, "M": 3, "patience": 5}

    def test_extract_embed_build_generate_score(self):
        server = self.serve()
        path = self.project(server, sample_files("documents"), **self.SETTINGS)
        self.ok("extract", path)
        self.ok("embed", path)
        self.ok("generate", path, "--model", "delta")
        self.ok("generate", path, "--model", "delta", "--role", "Korean")
        self.ok("extract", path)
        self.ok("embed", path)
        built = self.ok("build", path, "--json").json()
        scores = self.ok("score", path, "--bootstrap", "20", "--json").json()
        self.check_documents(path)
        self.check_names(path, built)
        self.assertEqual({row["model"] for row in scores}, {"aster", "birch", "cedar", "delta"})
        self.assertTrue(all(row["converged"] and math.isfinite(row["score"]) for row in scores))
        self.assertEqual(self.sent(server), self.answered(path))
        self.assert_sound(path)
        self.check_again(server, path, scores)

    def check_documents(self, path):
        rows = [row for row in self.exported(path, "documents") if row["source"] == "delta"]
        topics = {row["topic"] for row in rows}
        self.assertEqual((len(rows), len(topics)), (40, 20))
        for row in rows:
            self.assertIn(row["topic"], row["text"])
            self.assertEqual(row["lang"], "en")
            self.assertEqual(row["text"].startswith("As Korean"), row.get("role") == "Korean")

    def check_names(self, path, built):
        names = [code["name"] for code in self.exported(path, "codebook")["codes"]]
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual(len(names), built["codes"])
        known = {name.title() for name in VALUES} | {"Plain Living", "Quiet Mind"}
        plain = {re.sub(r" \(\d+\)$", "", name) for name in names if not name.endswith(" Apart")}
        self.assertLessEqual(plain, known)

    def check_again(self, server, path, scores):
        """Everything once more: the same comes out, and nothing is sent."""
        first = self.exported(path, "iterations")
        self.assert_nothing_more_is_sent(
            server, ("extract", path), ("embed", path), ("generate", path, "--model", "delta")
        )
        again = self.new_project("again.dove")
        again.write_bytes(path.read_bytes())
        before = self.sent(server)
        self.ok("build", again, "--fresh")
        self.assertEqual(self.sent(server), before)
        seconds = {"seconds", "run"}
        strip = lambda rows: [{k: v for k, v in row.items() if k not in seconds} for row in rows]  # noqa: E731
        self.assertEqual(strip(self.exported(again, "iterations")), strip(first))
        rescored = self.ok("score", again, "--bootstrap", "20", "--json").json()
        self.assertEqual([row["score"] for row in rescored], [row["score"] for row in scores])
        self.assertEqual(self.sent(server), before)

    def test_distortion_is_that_of_the_texts(self):
        """One code in one set, one text: d = −cos(e_x, e_x̂), computed here from the server's own vectors."""
        server = self.serve()
        path = self.project(server, [self.few(1)], T=0, M=1, candidate_sets=1, kept_sets=1, reconstructions=1)
        for verb in ("extract", "embed", "build"):
            self.ok(verb, path)
        names = {code["id"]: code["name"] for code in self.exported(path, "codebook")["codes"]}
        texts = {row["id"]: row for row in self.exported(path, "documents")}
        cosines = []
        for row in self.exported(path, "coding"):
            best = row["recognised"][0]
            weight = max(row["q"])
            prompt = f"Values:\n- {names[best]} [{weight:.2f}]\n\nTopic:\n{row['topic']}\n"
            written = endpoint_server.embedding(decode(prompt))
            own = endpoint_server.embedding(texts[row["document"]]["text"])
            cosines.append(sum(a * b for a, b in zip(written, own)))
        distortion = self.exported(path, "iterations")[0]["distortion"]
        self.assertAlmostEqual(distortion, -sum(cosines) / len(cosines), places=6)

    def test_a_run_goes_on_with_its_prompts_alone(self):
        """What was left unfinished goes on when a server moved, and begins anew with another prompt."""
        server = self.serve()
        path = self.project(server, [self.few(2)], T=0, M=2, candidate_sets=1, reconstructions=1)
        for verb in ("extract", "embed"):
            self.ok(verb, path)
        self.ok("config", path, "decoder.url", server.url("final500"))
        self.fails(NETWORK, "build", path)
        self.ok("config", path, "decoder.url", "")
        self.assertEqual(self.ok("build", path, "--json").json()["run"], 1)
        self.ok("config", path, "T", "1")
        self.ok("config", path, "decoder.url", server.url("final500"))
        self.fails(NETWORK, "build", path, "--fresh")
        self.ok("config", path, "decoder.url", "")
        own = self.write("own.txt", "as an author would who holds\nValues:\n{values}\n\nTopic:\n{topic}\n")
        self.ok("prompts", path, "decoder", "--set", own)
        self.assertEqual(self.ok("build", path, "--json").json()["run"], 3)

    def test_a_preview_asks_no_model(self):
        """What a build could tell only after asking is refused with the number of questions; nothing is spent."""
        server = self.serve()
        path = self.project(server, [self.few(2)], T=0, M=2, candidate_sets=1, reconstructions=1)
        for verb in ("extract", "embed", "build"):
            self.ok(verb, path)
        before = self.sent(server)
        first, second = [code["name"] for code in self.exported(path, "codebook")["codes"]][:2]
        merge = ("review", path, "merge", "--code", first, "--into", second)
        answer = self.fails(USAGE, *merge, "--dry-run")
        self.assertRegex(answer.err, r"at least [1-9]\d* questions")
        self.assertEqual(self.sent(server), before)
        self.ok(*merge, "--as", "Ada")
        self.assertEqual(self.sent(server), before)

    def test_likelihood(self):
        """The server gives a word of n characters the log-probability −n/10, whatever goes before it."""
        server = self.serve()
        path = self.project(server, [self.few(2)], distortion="likelihood", T=0, M=2)
        for verb in ("extract", "embed", "build"):
            self.ok(verb, path)
        means = []
        for row in self.exported(path, "documents"):
            words = row["text"].split()
            means.append(sum(len(word) for word in words) / 10 / len(words))
        distortion = self.exported(path, "iterations")[0]["distortion"]
        self.assertAlmostEqual(distortion, sum(means) / len(means), places=6)
        self.ok("config", path, "decoder.url", server.url("noecho"))
        self.fails(NETWORK, "build", path, "--fresh", says=["likelihood", "vLLM", "centroid"])

    def test_new_documents_are_coded(self):
        server = self.serve()
        path = self.project(server, T=1, reconstructions=1)
        for verb in ("extract", "embed", "build"):
            self.ok(verb, path)
        codebook = self.exported(path, "codebook")
        new = document(99, text="My mother taught me honest work.", topic="what makes a life well lived")
        self.ok("import", path, self.write_lines("new.jsonl", [new]))
        for verb in ("extract", "embed", "code"):
            self.ok(verb, path)
        row = next(row for row in self.exported(path, "coding") if row["document"] == "d99")
        self.assertAlmostEqual(sum(row["q"]), 1, places=5)
        self.assertEqual(self.exported(path, "codebook"), codebook)
        text = self.write("text.txt", "My mother taught me honest work.")
        coded = self.ok("code", path, "--text", text, "--json").json()
        self.assertEqual(
            {item["code_name"] for item in coded["expressions"]}, {"honesty", "family devotion", "hard work"}
        )

    def test_embedding_again_asks_nothing(self):
        server = self.serve()
        path = self.project(server)
        self.ok("extract", path)
        self.ok("embed", path)
        vectors = self.exported(path, "vectors")
        self.assert_nothing_more_is_sent(server, ("embed", path, "--again"))
        self.assertEqual(self.exported(path, "vectors"), vectors)

    def test_roles_need_their_models(self):
        server = self.serve()
        path = self.new_project(**{"distortion": "embedding", "embedder.model": "m"})
        self.ok("import", path, *sample_files("documents")[:1], *sample_files("expressions")[:1])
        self.ok("embed", path)  # the embedded one: a model alone, without an address, is none
        self.fails(USAGE, "build", path, says=["decoder.url", "endpoint.url"])
        self.fails(USAGE, "generate", path, "--model", "delta", says="examinee.url")
        self.fails(USAGE, "judge", path, "subjectivity", says="judge.url")
        self.ok("config", path, "endpoint.url", server.url())
        self.fails(INPUT, "embed", path, says=["two embedders", "'m'"])
        self.fails(USAGE, "generate", path, says="which model is to write")
        self.fails(USAGE, "generate", path, "--model", "human", says="human")
        self.fails(USAGE, "judge", path, "beauty", says="plausibility")
        empty = self.new_project("empty.dove", **self.roles(server))
        self.fails(INPUT, "generate", empty, "--model", "delta", says="topic")
        self.assertEqual(self.sent(server), 0)

    def test_an_embedder_that_lies(self):
        server = self.serve()
        for mode, says in (("nan", "not finite"), ("zero", "all zeros"), ("short", "0 vectors for 1")):
            with self.subTest(mode):
                path = self.project(server, [self.few(1)], name=mode + ".dove", **{"embedder.url": server.url(mode)})
                self.ok("extract", path)
                self.fails(NETWORK, "embed", path, says=says)
                self.ok("config", path, "embedder.url", server.url())
                self.ok("embed", path)
                self.assert_sound(path)


class Generate(ModelCase):
    def test_samples_languages_and_dry_run(self):
        server = self.serve()
        path = self.project(server, [self.few(3)])
        report = self.ok("generate", path, "--model", "delta", "--samples", "2", "--dry-run", "--json").json()
        self.assertEqual((report["topics"], report["wanted"], report["there"], report["written"]), (3, 6, 0, 0))
        self.assertEqual(self.sent(server), 0)
        self.ok("generate", path, "--model", "delta", "--samples", "2")
        self.assertEqual(self.sent(server), 6)
        report = self.ok("generate", path, "--model", "delta", "--samples", "3", "--json").json()
        self.assertEqual((report["there"], report["written"]), (6, 3))
        rows = [row for row in self.exported(path, "documents") if row["source"] == "delta"]
        self.assertEqual(sorted(row["sample"] for row in rows), [1, 1, 1, 2, 2, 2, 3, 3, 3])
        self.assertEqual({row["written_by"] for row in rows}, {"delta"})
        self.ok("generate", path, "--model", "delta", "--role", "Korean", "--lang", "ko")
        rows = [row for row in self.exported(path, "documents") if row.get("role") == "Korean"]
        self.assertEqual([row["lang"] for row in rows], ["ko"] * 3)

    def test_what_is_not_written_is_told(self):
        server = self.serve()
        path = self.project(server, [self.few(2)], mode="cut")
        self.fails(NETWORK, "generate", path, "--model", "delta", says=["2 of 2", "cut off"])
        self.ok("config", path, "endpoint.url", server.url("refuse"))
        self.fails(NETWORK, "generate", path, "--model", "delta", says=["2 of 2", "refuses"])
        self.assertEqual([row for row in self.exported(path, "documents") if row["source"] == "delta"], [])


class Judge(ModelCase):
    def test_questions(self):
        server = self.serve()
        path = self.project(server, [self.few(2), next(f for f in sample_files("documents") if f.stem == "birch")])
        self.assertEqual(self.ok("judge", path, "topic", "--limit", "3", "--json").json()["done"], 3)
        for question in ("subjectivity", "plausibility", "topic"):
            self.ok("judge", path, question)
        self.assertEqual(self.sent(server), 12)
        self.assert_nothing_more_is_sent(server, ("judge", path, "topic"), ("judge", path, "plausibility"))
        rows = self.exported(path, "documents")
        people = [row for row in rows if row["source"] == "human"]
        for row in people:
            verdicts = row["verdicts"]
            self.assertEqual(verdicts["subjectivity"]["label"], "subjective")
            self.assertIs(verdicts["subjectivity"]["value_related"], True)
            self.assertEqual(verdicts["topic"]["topic"], "Write your opinion on a life well lived.")
            self.assertEqual(verdicts["plausibility"]["model"], "test-model")
        self.assertTrue(all("verdicts" not in row for row in rows if row["source"] != "human"))
        counts = self.ok("info", path, "--json").json()["verdicts"]
        self.assertEqual(counts["subjectivity"], {"subjective": 4})
        self.assertEqual(sum(counts["plausibility"].values()), 4)
        self.assertIn("subjective", self.ok("info", path).out)
        self.ok("judge", path, "subjectivity", "--models", "--limit", "1")
        self.assertEqual(self.ok("info", path, "--json").json()["verdicts"]["subjectivity"], {"subjective": 5})
        self.assert_sound(path)

    def test_answers_that_cannot_be_used(self):
        server = self.serve()
        server.replies['"subjectivity": how much'] = '{"subjectivity": "very", "value_related": "yes"}'
        server.replies["is none of: subjective"] = '{"subjectivity": "mixed", "value_related": "yes"}'
        server.replies["neither true nor false"] = '{"subjectivity": "mixed", "value_related": false}'
        path = self.project(server, [self.few(1)])
        self.ok("judge", path, "subjectivity")
        self.assertEqual(self.sent(server), 6)
        self.assertEqual(self.ok("info", path, "--json").json()["verdicts"], {"subjectivity": {"mixed": 2}})

    def test_translations(self):
        server = self.serve()
        path = self.project(server, [self.few(2)])
        self.assertEqual(self.ok("translate", path, "--dry-run", "--json").json()["documents"], 2)
        self.assertEqual(self.ok("translate", path, "--json").json()["done"], 2)  # the Korean ones
        self.assertEqual(self.ok("translate", path, "--to", "ko", "--json").json()["done"], 2)
        self.assert_nothing_more_is_sent(server, ("translate", path))
        self.assertEqual(self.ok("info", path, "--json").json()["translations"], 4)
        self.assert_sound(path)


class Prompts(ModelCase):
    def test_a_project_has_its_own(self):
        server = self.serve()
        path = self.project(server, [self.few(1)])
        listed = self.ok("prompts", path, "--json").json()
        self.assertEqual([row["own"] for row in listed], [False] * 9)
        own = self.write("own.txt", "Say it: {topic} in {language}")
        self.ok("prompts", path, "examinee", "--set", own)
        self.assertEqual(self.ok("prompts", path, "examinee").out, own.read_text())
        self.assertTrue(self.ok("prompts", path, "examinee", "--json").json()["own"])
        server.replies["Say it:"] = "It is said."
        self.ok("generate", path, "--model", "delta")
        rows = [row for row in self.exported(path, "documents") if row["source"] == "delta"]
        self.assertEqual([row["text"] for row in rows], ["It is said."])
        self.assertEqual(rows[0]["prompt"], self.ok("prompts", path, "examinee", "--json").json()["hash"])
        self.ok("prompts", path, "examinee", "--reset")
        self.assertFalse(self.ok("prompts", path, "examinee", "--json").json()["own"])

    def test_mistakes(self):
        path = self.new_project()
        self.fails(USAGE, "prompts", path, "painter", says="translator")
        self.fails(USAGE, "prompts", path, "--reset", says="which prompt")
        self.fails(INPUT, "prompts", path, "namer", "--set", self.write("bad.txt", "Name it"), says="{descriptions}")
        self.fails(INPUT, "prompts", path, "namer", "--set", self.write("latin.txt", b"\xff {descriptions}"), says="UTF-8")


class Keys(ModelCase):
    def test_a_key_is_nowhere(self):
        """Every role sends it, and nothing that the program writes, prints or exports has it."""
        server = self.serve()
        environment = {"DOVE_TEST_KEY": KEY, "DOVE_LOG": str(self.path("log"))}
        path = self.project(
            server, [self.few(2)], mode="key", T=0, reconstructions=1, **{"endpoint.key": "$DOVE_TEST_KEY"}
        )
        calls = [
            ("extract", path), ("embed", path), ("build", path), ("generate", path, "--model", "delta"),
            ("judge", path, "subjectivity"), ("translate", path), ("info", path, "--json"), ("config", path, "--json"),
            ("prompts", path), ("export", path, "documents"), ("export", path, "iterations"), ("check", path),
        ]  # fmt: skip
        wrong = dict(environment, DOVE_TEST_KEY="sk-wrong-one")
        shown = []
        for call in calls:
            if call[0] in ("extract", "embed", "build", "generate", "judge", "translate"):
                run = self.fails(NETWORK, *call, says="401", environment=wrong)
                shown.append(run.err)
            run = self.ok(*call, environment=environment)
            shown += [run.out, run.err]
        for text in shown:
            self.assertNotIn("sk-", text)
        for file in self.folder.iterdir():
            self.assertNotIn(b"sk-", file.read_bytes(), file)

    def test_a_key_goes_to_its_own_address_alone(self):
        server = self.serve()
        path = self.project(server, [self.few(1)], mode="key", **{"endpoint.key": "$DOVE_TEST_KEY"})
        self.ok("config", path, "examinee.url", server.url("key-2"))
        self.fails(NETWORK, "generate", path, "--model", "d", says="401", environment={"DOVE_TEST_KEY": KEY})


if __name__ == "__main__":
    unittest.main()
