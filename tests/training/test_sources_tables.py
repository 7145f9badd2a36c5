"""Label files as spreadsheets, pandas, R and other programs write them: the right labels, or a sentence."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.problem import Problem
from explorer.training.sources import Assumptions, PictureSet, open_pictures
from explorer.training.sources.labels import label_records, label_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return painted(tmp_path / "photos", "0.png", "1.png", "2.png", "3.png")


def painted(folder: Path, *names: str) -> Path:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (60 * number, 0, 255)).save(folder / name, "PNG")
    return folder


def told(folder: Path, text: str | bytes, name: str = "labels.csv", **assume: str) -> PictureSet:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return opened(folder, **assume)


def opened(folder: Path, **assume: str) -> PictureSet:
    return open_pictures(folder, size=8, assume=Assumptions.of(assume), cache=folder.parent / "cache")


def labels(found: PictureSet) -> list[str]:
    assert found.labels is not None
    return [found.classes[label] if label >= 0 else "?" for label in found.labels]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (",file,label\n0,0.png,a\n1,1.png,b\n2,2.png,c\n3,3.png,d\n", "file"),
        (",file,label\n2,3.png,d\n0,0.png,a\n3,1.png,b\n1,2.png,c\n", "file"),
        ("Unnamed: 0,label,file\n0,d,3.png\n1,c,2.png\n2,b,1.png\n3,a,0.png\n", "file"),
        (",name,label\n3,0,a\n2,1,b\n1,2,c\n0,3,d\n", "name"),
        ("label,picture\na,0.png\nb,1.png\nc,2.png\nd,3.png\n", "picture"),
        ("\ufefffile,label\n0.png,a\n1.png,b\n2.png,c\n3.png,d\n", "file"),
        ("sep=;\nfile;label\n0.png;a\n1.png;b\n2.png;c\n3.png;d\n", "file"),
        ("file\tlabel\n0.png\ta\n1.png\tb\n2.png\tc\n3.png\td\n", "file"),
        ("file,label,\n0.png,a,\n1.png,b,\n2.png,c,\n3.png,d,\n", "file"),
        ("0,a\n1,b\n2,c\n3,d\n", "file"),
        ("a,0.png\nb,1.png\nc,2.png\nd,3.png\n", "file"),
        ("age,label\n0.png,5,a\n1.png,6,b\n2.png,7,c\n3.png,8,d\n", "file"),
        ("\n\nfile,label\r\n0.png,a\r\n1.png,b\r\n2.png,c\r\n3.png,d\r\n", "file"),
    ],
    ids=[
        *("pandas", "pandas shuffled", "pandas unnamed", "pandas, no endings", "key last", "byte order mark", "Excel"),
        *("tabs", "empty last column", "no header, no endings", "no header, key last", "R", "blank lines, CRLF"),
    ],
)
def test_the_column_that_names_the_pictures_is_found_and_no_label_shifts(folder: Path, text: str, key: str) -> None:
    found = told(folder, text)
    assert labels(found) == ["a", "b", "c", "d"]
    assert f"key={key} (labels.csv)" in found.report.assumed
    assert found.attributes is None or found.attributes.names == ("age",)
    again = open_pictures(folder, size=8, assume=found.assumed, cache=folder.parent / "cache")
    assert labels(again) == labels(found)


def test_the_key_and_the_classes_can_be_stated(folder: Path) -> None:
    text = "file,other,kind,mood\n0.png,3.png,a,x\n1.png,2.png,b,y\n2.png,1.png,c,x\n3.png,0.png,d,y\n"
    assert labels(told(folder, text, key="OTHER", classes="kind")) == ["d", "c", "b", "a"]
    assert labels(told(folder, text, classes="Mood")) == ["x", "y", "x", "y"]
    assert told(folder, text, classes="no").labels is None
    for assume in ({"key": "nothing"}, {"classes": "nothing"}):
        with pytest.raises(Problem, match="has no column called nothing"):
            told(folder, text, **assume)
    with pytest.raises(Problem, match="names none of the pictures"):
        told(folder, text, key="mood")


def test_decimal_commas_are_numbers_where_semicolons_separate(folder: Path) -> None:
    found = told(folder, "file;age;ok\n0.png;21,5;1\n1.png;30,25;0\n2.png;18;1\n3.png;-;0\n")
    assert found.attributes is not None
    np.testing.assert_array_equal(found.attributes.column("AGE"), np.float32([21.5, 30.25, 18, np.nan]))


def test_letters_of_windows_are_read_and_told(folder: Path) -> None:
    found = told(folder, "file,label\n0.png,café\n1.png,thé\n2.png,cafè\n3.png,café\n".encode("cp1252"))
    assert labels(found) == ["café", "thé", "cafè", "café"]
    assert "labels.csv is not UTF-8 and was read as cp1252." in found.report.notes


def test_columns_that_come_twice_are_both_kept_and_told(folder: Path) -> None:
    found = told(folder, "file,age,age\n0.png,1,10\n1.png,2,20\n2.png,3,30\n3.png,4,40\n")
    assert found.attributes is not None
    assert found.attributes.names == ("age", "age.1")
    assert found.attributes.values[3].tolist() == [4, 40]
    assert "several columns called age" in found.report.sentence()


def test_numbers_that_are_classes_come_in_the_order_of_numbers(folder: Path) -> None:
    assert told(folder, "file,label\n0.png,10.0\n1.png,2\n2.png,-1\n3.png,2.0\n").classes == ("-1", "2", "10")


@pytest.mark.parametrize(("form", "other"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_and_classes_composed_otherwise_are_the_same(tmp_path: Path, form: str, other: str) -> None:
    name = unicodedata.normalize(form, "été.png")
    folder = painted(tmp_path / "photos", name, "b.png")
    text = f"file,label\n{unicodedata.normalize(other, 'été.png')},à\nb.png,{unicodedata.normalize('NFD', 'à')}\n"
    assert labels(told(folder, text)) == ["à", "à"]


def test_case_counts_only_where_it_tells_two_pictures_apart(tmp_path: Path) -> None:
    folder = painted(tmp_path / "photos", "Cat.PNG", "dog.png")
    assert labels(told(folder, "file,label\ncat.png,a\nDOG.png,b\n")) == ["a", "b"]
    (folder / "cat.png").write_bytes((folder / "dog.png").read_bytes())
    if len(list(folder.iterdir())) == 4:  # the disk tells them apart
        assert labels(told(folder, "file,label\nCat.PNG,a\ncat.png,b\ndog.png,c\n")) == ["a", "b", "c"]
        assert labels(told(folder, "file,label\ncat.png,b\ndog.png,c\n")) == ["?", "b", "c"]


def test_a_table_is_found_whatever_the_case_of_its_name(folder: Path) -> None:
    assert labels(told(folder, "file,label\n0.png,a\n1.png,b\n", "Labels.CSV")) == ["a", "b", "?", "?"]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("list_attr_celeba.txt", "9\nSmiling\n0.png 1\n1.png -1\n", "announces 9 rows and has 2"),
        ("labels.csv", "file,label\n0.png,a,b\n1.png,b\n", "names 2 columns, and 1 of its rows"),
        ("labels.csv", "file," + ",".join(map(str, range(2000))) + "\n0.png,1\n", "more than 1,000 columns"),
        ("labels.csv", "file,label\n" + "".join(f"{n}.png,word {n}\n" for n in range(60)), "rows for pictures that"),
        (
            "metadata.jsonl",
            '{"file_name": "0.png", "label": 3}\nnonsense\n',
            "1 lines of metadata.jsonl are no",
        ),
        ("metadata.jsonl", "[" * 100_000, "metadata.jsonl holds no records"),
        ("dataset.json", '{"labels": null}', "dataset.json holds no labels"),
        ("dataset.json", "[" * 100_000, "dataset.json is damaged"),
        ("labels.csv", "", "labels.csv is not a table of labels"),
        ("labels.csv", 'file,label\n0.png,"' + "x" * 200_000 + '"\n', "cannot be read as a table"),
    ],
)
def test_what_is_odd_about_a_table_is_told_and_stops_nothing(folder: Path, name: str, text: str, says: str) -> None:
    found = told(folder, text, name)
    assert len(found) == 4
    assert says in found.report.sentence()


def test_a_class_for_each_picture_is_no_class(tmp_path: Path) -> None:
    folder = painted(tmp_path / "photos", *(f"{n}.png" for n in range(50)))
    rows = "".join(f"{n}.png,id{n}\n" for n in range(50))
    found = told(folder, f"file,label\n{rows}")
    assert found.labels is None
    assert "label differs for nearly each picture" in found.report.sentence()


def test_too_many_cells_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_tables, "CELL_LIMIT", 5)
    assert "or 5 cells and was left out" in told(folder, "file,label\n0.png,a\n1.png,b\n").report.sentence()
    (folder / "labels.csv").unlink()
    monkeypatch.setattr(label_records, "RECORD_LIMIT", 1)
    assert "more than 1 records" in told(folder, '{"labels": [["0.png", 0]]}', "dataset.json").report.sentence()


def test_stylegans_labels_are_classes_and_its_shards_are_not(tmp_path: Path) -> None:
    names = ("00000/a.png", "00000/b.png", "01000/a.png", "01000/b.png")
    folder = painted(tmp_path / "photos", *names)
    assert opened(folder).labels is None
    text = '{"labels": [["00000/a.png", 5], ["00000/b.png", 6], ["01000/a.png", 10], ["01000/b.png", 5]]}'
    assert labels(told(folder, text, "dataset.json")) == ["5", "6", "10", "5"]
    text = '{"labels": [["00000/a.png", [0, 1]], ["00000/b.png", [1, 0]], ["01000/a.png", [0, 1]]]}'
    assert labels(told(folder, text, "dataset.json")) == ["1", "0", "1", "?"]
    assert told(folder, '{"labels": null}', "dataset.json").labels is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.csv", "file_name,label\na.png,{0}cat\nb.png,{0}dog\n"),
        (
            "metadata.jsonl",
            '{{"file_name": "a.png", "label": "{0}cat"}}\n{{"file_name": "b.png", "label":"{0}dog"}}\n',
        ),
    ],
)
def test_metadata_of_hugging_face_speaks_for_its_own_part(tmp_path: Path, name: str, text: str) -> None:
    folder = painted(tmp_path / "photos", *(f"{part}/{letter}.png" for part in ("test", "train") for letter in "ab"))
    for part in ("test", "train"):
        (folder / part / name).write_text(text.format(part))
    found = opened(folder)
    assert labels(found) == ["testcat", "testdog", "traincat", "traindog"]
    assert "parts=all (test, train)" in found.report.assumed


def test_parts_are_no_classes_and_one_can_be_chosen(tmp_path: Path) -> None:
    names = [f"{part}/{kind}/{n}.png" for part in ("Train", "val") for kind in ("cat", "dog") for n in (0, 1)]
    folder = painted(tmp_path / "photos", *names)
    found = opened(folder)
    assert found.classes == ("cat", "dog")
    assert labels(found) == ["cat", "cat", "dog", "dog"] * 2
    assert "parts=all (Train, val)" in found.report.assumed
    chosen = opened(folder, parts="val")
    assert chosen.names == ("val/cat/0.png", "val/cat/1.png", "val/dog/0.png", "val/dog/1.png")
    assert labels(chosen) == ["cat", "cat", "dog", "dog"]
    assert opened(painted(tmp_path / "bare", "train/a.png", "test/b.png")).labels is None


def test_numbered_folders_are_classes_in_the_order_of_numbers(tmp_path: Path) -> None:
    found = opened(painted(tmp_path / "photos", "10/a.png", "2/a.png", "1/a.png"))
    assert found.classes == ("1", "2", "10")
    assert labels(found) == ["1", "10", "2"]
    assert opened(tmp_path / "photos", classes="no").labels is None


def test_identities_of_celeba_are_people(folder: Path) -> None:
    found = told(folder, "0.png 2880\n1.png 2937\n2.png 2880\n3.png 5\n", "identity_CelebA.txt")
    assert found.groups == ("2880", "2937", "2880", "5")


def test_lists_of_boxes_are_left_alone_with_a_sentence(folder: Path) -> None:
    (folder / "annotations").mkdir()
    (folder / "annotations" / "instances.json").write_text('{"images": [{"file_name": "0.png"}], "annotations": []}')
    found = opened(folder)
    assert found.labels is None
    assert "annotations/instances.json is a list in COCO's form" in found.report.sentence()
