"""Projects: making them, settings, and files that are none."""

import os
import shutil
import sqlite3
import struct
import subprocess
import unittest

from harness import BINARY, FAILED, PROJECT, USAGE, Run, TestCase, copy_sample, document, dove


class New(TestCase):
    def test_a_new_project_is_empty_and_sound(self):
        project = self.new_project()
        info = self.ok("info", project, "--json").json()
        self.assertEqual(
            info["documents"], {"total": 0, "human": 0, "model": 0, "by_culture": {}, "by_source": {}}
        )
        self.assertEqual((info["topics"], info["expressions"], info["scores"]), (0, 0, 0))
        self.assertIsNone(info["codebook"])
        self.assertIsNone(info["embedder"])
        self.assert_sound(project)

    def test_nothing_is_overwritten(self):
        project = self.new_project()
        before = project.read_bytes()
        self.fails(FAILED, "new", project, says=str(project))
        self.assertEqual(project.read_bytes(), before)
        other = self.write("notes.txt", "mine")
        self.fails(FAILED, "new", other)
        self.assertEqual(other.read_text(), "mine")

    def test_settings_at_the_start(self):
        project = self.new_project(T=4, beta1=0.5)
        settings = self.ok("info", project, "--json").json()["settings"]
        self.assertEqual((settings["T"], settings["beta1"], settings["tau1"]), (4, 0.5, "off"))

    def test_preset(self):
        project = self.path("paper.dove")
        self.ok("new", project, "--preset", "paper")
        self.assertEqual(self.ok("config", project, "tau1").out, "1\n")
        self.fails(USAGE, "new", self.path("x.dove"), "--preset", "other", says="paper")

    def test_a_bad_setting_leaves_no_file(self):
        project = self.path("x.dove")
        self.fails(USAGE, "new", project, "--set", "T=-1", says="T")
        self.fails(USAGE, "new", project, "--set", "wheat=1", says="wheat")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_folder_that_is_not_there(self):
        self.fails(FAILED, "new", self.path("none") / "x.dove", says="none")


class Output(TestCase):
    def test_a_project_is_never_written_over(self):
        project = self.new_project()
        before = project.read_bytes()
        for name in (project, f"{project}-wal", f"{project}-shm"):
            self.fails(USAGE, "export", project, "documents", "-o", name, says="belongs to a project")
        self.assertEqual(project.read_bytes(), before)


class Config(TestCase):
    # The defaults of the specification.
    DEFAULTS = {
        "M": 5, "beta1": 0.3, "beta2": 0.08, "N1": 3, "N2": 3, "T": 10, "candidate_sets": 3, "min_probability": 0.01,
        "umap_dim": 5, "n_neighbors": 15, "min_dist": 0, "min_cluster_size": 5, "min_samples": 5,
        "noise_similarity": -1, "merge_similarity": 0.9, "patience": 3, "split_z": 1, "merge_z": -0.5,
        "epsilon": 0.05, "tau": 1, "sigma": "mle", "tau1": "off", "distortion": "centroid", "bootstrap": 1000,
    }  # fmt: skip

    def test_defaults(self):
        settings = self.ok("config", self.new_project(), "--json").json()
        for key, value in self.DEFAULTS.items():
            self.assertEqual(settings[key], value, key)

    def test_set_read_reset(self):
        project = self.new_project()
        self.ok("config", project, "noise_similarity", "-0.25")
        self.assertEqual(self.ok("config", project, "noise_similarity").out, "-0.25\n")
        self.assertEqual(
            self.ok("config", project, "noise_similarity", "--json").json(), {"key": "noise_similarity", "value": -0.25}
        )
        self.ok("config", project, "noise_similarity", "--reset")
        self.assertEqual(self.ok("config", project, "noise_similarity").out, "-1\n")
        self.ok("config", project, "sigma", "perplexity:4")
        self.assertEqual(self.ok("config", project, "sigma").out, "perplexity:4\n")

    def test_unknown_keys_and_values_out_of_range_are_refused(self):
        project = self.new_project()
        for key, value in (
            ("wheat", "1"), ("T", "-1"), ("T", "1.5"), ("T", "many"), ("T", ""), ("beta1", "nan"), ("beta1", "-1"),
            ("epsilon", "0"), ("epsilon", "inf"), ("min_probability", "2"), ("M", "0"), ("sigma", "fixed:0"),
            ("sigma", "perplexity:"), ("distortion", "other"), ("seed", "-1"), ("T", "99999999999999999999"),
        ):  # fmt: skip
            self.fails(USAGE, "config", project, key, value, says=key)
        self.assertEqual(self.ok("config", project, "T").out, "10\n")
        self.fails(USAGE, "config", project, "wheat", says="wheat")
        self.fails(USAGE, "config", project, "wheat", "--reset", says="wheat")


class Unusable(TestCase):
    """Files that are no project are refused with code 5 and are not changed."""

    VERBS = (["info"], ["check"], ["config"], ["import"], ["embed"], ["build"], ["score"], ["export"], ["code"], ["extract"])

    def call(self, verb, project):
        words = [*verb, project]
        if verb == ["import"]:
            words.append(self.write_lines("documents.jsonl", [document()]))
        if verb == ["export"]:
            words.append("documents")
        return words

    def refused(self, project, *says):
        before = project.read_bytes() if project.is_file() else None
        listed = sorted(path.name for path in self.folder.iterdir() if path.name != "documents.jsonl")
        for verb in self.VERBS:
            self.fails(PROJECT, *self.call(verb, project), says=says)
        if before is not None:
            self.assertEqual(project.read_bytes(), before)
        self.assertEqual(
            sorted(path.name for path in self.folder.iterdir() if path.name != "documents.jsonl"), listed
        )

    def test_no_file(self):
        self.refused(self.path("none.dove"), "none.dove", "dove new")

    def test_a_folder(self):
        self.path("folder.dove").mkdir()
        self.refused(self.path("folder.dove"), "folder.dove")

    def test_a_text_file(self):
        self.refused(self.write("text.dove", "This is no project.\n" * 500), "text.dove")

    def test_an_empty_file(self):
        self.refused(self.write("empty.dove", b""), "empty.dove")

    def test_another_database(self):
        path = self.path("other.dove")
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
        connection.close()
        self.refused(path, "other.dove")

    def test_a_newer_project(self):
        project = copy_sample(self.path("newer.dove"))
        with open(project, "r+b") as file:  # user_version is at byte 60 of an SQLite file, big-endian
            file.seek(60)
            file.write(struct.pack(">i", 9999))
        self.refused(project, "newer")

    def test_a_truncated_project(self):
        project = copy_sample(self.path("cut.dove"))
        with open(project, "r+b") as file:
            file.truncate(project.stat().st_size // 2)
        self.refused(project, "cut.dove")

    def test_a_locked_project(self):
        project = copy_sample(self.path("locked.dove"))
        holder = sqlite3.connect(project)
        self.addCleanup(holder.close)
        holder.execute("BEGIN EXCLUSIVE")
        documents = self.write_lines("documents.jsonl", [document()])
        self.fails(PROJECT, "import", project, documents, says="locked")
        holder.rollback()
        self.ok("import", project, documents)
        self.assert_sound(project)


class Damaged(TestCase):
    def test_damage_inside_is_found_by_check(self):
        project = copy_sample(self.path("damaged.dove"))
        size = project.stat().st_size
        with open(project, "r+b") as file:
            file.seek(size // 2 // 4096 * 4096)
            file.write(b"\xa5" * 4096 * 4)
        self.fails(PROJECT, "check", project, says="damaged.dove")

    def test_a_search_index_out_of_step_is_made_anew(self):
        project = copy_sample(self.path("unindexed.dove"))
        database = sqlite3.connect(project)
        words = database.execute("SELECT count(*) FROM document_search WHERE document_search MATCH 'parents'").fetchone()
        database.execute("INSERT INTO document_search (document_search) VALUES ('delete-all')")
        database.commit()
        self.assertGreater(words[0], 0)
        run = self.fails(PROJECT, "check", project, says="damaged")
        self.assertIn("--repair", run.out)
        self.ok("check", project, "--repair")
        self.assert_sound(project)
        again = database.execute("SELECT count(*) FROM document_search WHERE document_search MATCH 'parents'").fetchone()
        database.close()
        self.assertEqual(again, words)


class ReadOnly(TestCase):
    def test_reading_works_and_writing_is_refused(self):
        project = copy_sample(self.path("still.dove"))
        os.chmod(project, 0o444)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        if os.geteuid() == 0:
            self.as_somebody_else(project)
        else:
            self.look(dove, project)

    def look(self, call, project):
        self.assertEqual(call("info", project).code, 0)
        self.assertEqual(call("export", project, "scores").code, 0)
        run = call("config", project, "T", "3")
        self.assertIn(run.code, (FAILED, PROJECT), run.err)
        self.assertIn("read", run.err)

    def as_somebody_else(self, project):
        """The superuser may write everywhere, so the program runs as nobody."""
        binary = self.folder.parent / f"{self.folder.name}-dove"
        shutil.copyfile(BINARY, binary)
        os.chmod(binary, 0o755)
        self.addCleanup(binary.unlink)

        def call(*arguments):
            done = subprocess.run(
                [binary, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, user=65534, check=False
            )
            return Run(arguments, done)

        self.look(call, project)


if __name__ == "__main__":
    unittest.main()
