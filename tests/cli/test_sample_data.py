"""The sample data is what its README says."""

import collections
import re
import unittest

from harness import SAMPLE, TestCase, read_lines, sample_files


class SampleData(TestCase):
    def test_counts_are_those_of_the_readme(self):
        rows = re.findall(r"^\| `(.+\.jsonl)` \| (\d+) \| (\d+) \|", (SAMPLE / "README.md").read_text(), re.M)
        told = {name: (int(documents), int(expressions)) for name, documents, expressions in rows}
        found = {
            path.name: (len(read_lines(path)), len(read_lines(SAMPLE / "expressions" / path.name)))
            for path in sample_files("documents")
        }
        self.assertEqual(told, found)
        self.assertEqual(sum(documents for documents, _ in found.values()), 160)
        self.assertEqual(sum(expressions for _, expressions in found.values()), 1028)

    def test_every_evidence_is_in_its_text_once(self):
        for path in sample_files("documents"):
            texts = {row["id"]: row["text"] for row in read_lines(path)}
            counts = collections.Counter()
            for row in read_lines(SAMPLE / "expressions" / path.name):
                self.assertEqual(texts[row["document_id"]].count(row["evidence"]), 1, row)
                self.assertRegex(row["description"], r"^The author (values|believes) .+\.$")
                self.assertLessEqual(len(row["code_name"].split()), 3, row)
                counts[row["document_id"]] += 1
            self.assertEqual(set(counts), set(texts), path.name)
            self.assertTrue(all(5 <= count <= 8 for count in counts.values()), path.name)

    def test_every_topic_is_written_about_by_everybody(self):
        ids, topics = set(), collections.defaultdict(set)
        for path in sample_files("documents"):
            for row in read_lines(path):
                self.assertNotIn(row["id"], ids)
                ids.add(row["id"])
                self.assertEqual(row["culture"] == "", row["source"] != "human", row["id"])
                self.assertTrue(200 <= len(row["text"]) <= 5000, row["id"])
                if "role" not in row:
                    topics[path.name].add(row["topic"])
        self.assertEqual(len(topics), 7)
        self.assertEqual({frozenset(names) for names in topics.values()}, {frozenset(topics["kr.jsonl"])})
        self.assertEqual(len(topics["kr.jsonl"]), 20)


if __name__ == "__main__":
    unittest.main()
