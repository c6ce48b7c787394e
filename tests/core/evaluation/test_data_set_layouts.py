"""TinyFace, QMUL-SurvFace and SCface as they lie on disk, written small by the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.errors import UsageError
from core.evaluation.large_search import DISTRACTOR
from core.evaluation.protocols.pictures import LabelledPictures, read_names
from core.evaluation.protocols.scface import load_scface, protocol_b
from core.evaluation.protocols.survface import load_survface_pairs, load_survface_search, mean_templates
from core.evaluation.protocols.tinyface import load_tinyface, load_tinyface_training

scipy_io = pytest.importorskip("scipy.io", reason="MATLAB files need scipy")


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 11), (90, 80, 70)).save(path)


def cells(rows: list[list[str]]) -> NDArray[np.object_]:
    array = np.empty((len(rows), len(rows[0])), object)
    for row, names in enumerate(rows):
        array[row] = names
    return array


def matlab(path: Path, **arrays: NDArray[np.generic]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scipy_io.savemat(path, arrays)


def labelled(path: Path, names_key: str, ids_key: str, pictures: dict[str, int]) -> None:
    ids = np.array([[label] for label in pictures.values()], np.uint16)
    matlab(path, **{names_key: cells([[name] for name in pictures]), ids_key: ids})


def named(pictures: LabelledPictures) -> list[tuple[str, int]]:
    return [(path.name, int(label)) for path, label in zip(pictures.paths, pictures.labels, strict=True)]


GALLERY = {"7_1.jpg": 7, "3_1.jpg": 3, "7_2.jpg": 7}
PROBES = {"3_2.jpg": 3, "7_3.jpg": 7}


@pytest.fixture
def tinyface(tmp_path: Path) -> Path:
    root = tmp_path / "tinyface"
    testing = root / "Testing_Set"
    labelled(testing / "gallery_match_img_ID_pairs.mat", "gallery_set", "gallery_ids", GALLERY)
    labelled(testing / "probe_img_ID_pairs.mat", "probe_set", "probe_ids", PROBES)
    for base, suffix in ((testing, ".jpg"), (root / "aligned_pad_0.1_pad_high", ".png")):
        for name in GALLERY:
            picture((base / "Gallery_Match" / name).with_suffix(suffix))
        for name in PROBES:
            picture((base / "Probe" / name).with_suffix(suffix))
        picture(base / "Gallery_Distractor" / f"x1{suffix}")
        picture(base / "Gallery_Distractor" / "prefix" / f"x2{suffix}")
    for person, count in ((1, 2), (12, 1)):
        for number in range(count):
            picture(root / "Training_Set" / str(person) / f"{number}.jpg")
    return root


def test_tinyface_gives_the_lists_in_their_order_and_distractors_that_are_nobody(tinyface: Path) -> None:
    found = load_tinyface(tinyface, aligned=False)
    assert named(found.gallery) == list(GALLERY.items())
    assert named(found.probes) == list(PROBES.items())
    assert named(found.distractors) == [("x2.jpg", DISTRACTOR), ("x1.jpg", DISTRACTOR)]


def test_tinyface_finds_the_aligned_pictures_by_their_stems(tinyface: Path) -> None:
    found = load_tinyface(tinyface)
    assert named(found.gallery) == [(name.replace(".jpg", ".png"), label) for name, label in GALLERY.items()]
    assert all(path.is_file() for path in (*found.gallery.paths, *found.probes.paths))


def test_the_aligned_pack_may_also_lie_beside_the_data_set(tinyface: Path) -> None:
    (tinyface / "aligned_pad_0.1_pad_high").rename(tinyface.parent / "aligned_pad_0.1_pad_high")
    assert len(load_tinyface(tinyface).probes.paths) == 2


def test_tinyface_trains_on_folders_named_by_person(tinyface: Path) -> None:
    assert load_tinyface_training(tinyface).labels.tolist() == [1, 1, 12]


def test_a_listed_picture_that_is_missing_is_named(tinyface: Path) -> None:
    (tinyface / "aligned_pad_0.1_pad_high" / "Probe" / "7_3.png").unlink()
    with pytest.raises(UsageError, match=r"1 pictures of the list are missing, the first is .*7_3"):
        load_tinyface(tinyface)


@pytest.mark.parametrize("missing", ["Testing_Set", "aligned_pad_0.1_pad_high"])
def test_a_data_set_without_its_folders_is_a_sentence(tinyface: Path, missing: str) -> None:
    (tinyface / missing).rename(tinyface / "elsewhere")
    with pytest.raises(UsageError, match=missing):
        load_tinyface(tinyface)


def test_a_training_folder_without_a_number_is_a_sentence(tinyface: Path) -> None:
    picture(tinyface / "Training_Set" / "somebody" / "1.jpg")
    with pytest.raises(UsageError, match="somebody"):
        load_tinyface_training(tinyface)


@pytest.fixture(params=["Face_Identification_Test_Set", "Face_Identification_Evaluation"])
def survface(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    root = tmp_path / "QMUL-SurvFace"
    test = root / "Face_Identification_Test_Set"
    lists = root / request.param
    # The names say other people than the lists do.
    gallery, mated = {"100_cam1_1.jpg": 7, "100_cam2_1.jpg": 7, "5_cam1_1.jpg": 9}, {"100_cam3_1.jpg": 7}
    labelled(lists / "gallery_img_ID_pairs.mat", "gallery_set", "gallery_ids", gallery)
    labelled(lists / "mated_probe_img_ID_pairs.mat", "mated_probe_set", "mated_probe_ids", mated)
    for name in gallery:
        picture(test / "gallery" / name)
    for name in mated:
        picture(test / "mated_probe" / name)
    picture(test / "unmated_probe" / "999_cam2_1.jpg")
    verification = root / "Face_Verification_Test_Set"
    for name in "abc":
        picture(verification / "verification_images" / f"{name}.jpg")
    matlab(verification / "positive_pairs_names.mat", positive_pairs_names=cells([["a.jpg", "b.jpg"]]))
    pairs = cells([["a.jpg", "c.jpg"], ["b.jpg", "c.jpg"]])
    matlab(verification / "negative_pairs_names.mat", negative_pairs_names=pairs)
    return root


def test_survface_takes_its_labels_from_the_lists_wherever_they_lie(survface: Path) -> None:
    found = load_survface_search(survface)
    assert named(found.gallery) == [("100_cam1_1.jpg", 7), ("100_cam2_1.jpg", 7), ("5_cam1_1.jpg", 9)]
    assert named(found.mated_probes) == [("100_cam3_1.jpg", 7)]
    assert [path.name for path in found.non_mated_probes] == ["999_cam2_1.jpg"]
    assert all(path.is_file() for path in found.gallery.paths)


def test_survface_pairs_are_pairs_even_when_there_is_only_one(survface: Path) -> None:
    found = load_survface_pairs(survface)
    assert [(a.name, b.name) for a, b in found.mated] == [("a.jpg", "b.jpg")]
    assert [(a.name, b.name) for a, b in found.non_mated] == [("a.jpg", "c.jpg"), ("b.jpg", "c.jpg")]


def test_survface_rows_that_are_no_pairs_are_a_sentence(survface: Path) -> None:
    names = cells([["a.jpg"], ["b.jpg"]])
    matlab(survface / "Face_Verification_Test_Set/positive_pairs_names.mat", positive_pairs_names=names)
    with pytest.raises(UsageError, match="2 columns"):
        load_survface_pairs(survface)


def test_a_mean_template_is_the_direction_of_the_mean_of_a_persons_embeddings() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    templates, people = mean_templates(vectors, np.array([5, 5, 2]))
    assert people.tolist() == [2, 5]
    assert templates == pytest.approx(np.array([[0, 1], [0.5**0.5, 0.5**0.5]]))


@pytest.fixture
def scface(tmp_path: Path) -> Path:
    root = tmp_path / "SCface"
    for person in (1, 2, 10):
        picture(root / "mugshot_frontal_original_all" / f"{person:03d}_frontal.jpg")
        for distance in (1, 2, 3):
            for camera in range(1, 6):
                folder = root / f"surveillance_cameras_distance_{distance}" / f"cam_{camera}"
                picture(folder / f"{person:03d}_cam{camera}_{distance}.jpg")
    return root


def test_scface_gives_one_mugshot_and_five_probes_a_distance_of_each_person(scface: Path) -> None:
    found = load_scface(scface)
    assert found.mugshots.labels.tolist() == [1, 2, 10]
    assert [probes.labels.tolist() for probes in found.probes] == [[1] * 5 + [2] * 5 + [10] * 5] * 3
    assert found.probes[2].paths[0].name == "001_cam1_3.jpg"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("001_cam2_1.jpg", "should be named"),
        ("face.jpg", "should be named"),
        ("077_cam1_1.jpg", "no mugshot"),
    ],
)
def test_an_scface_probe_in_the_wrong_place_is_named(scface: Path, name: str, sentence: str) -> None:
    picture(scface / "surveillance_cameras_distance_1" / "cam_1" / name)
    with pytest.raises(UsageError, match=sentence) as caught:
        load_scface(scface)
    assert name in str(caught.value)


def test_protocol_b_draws_80_people_of_130_to_test_on_and_others_with_another_seed() -> None:
    training, test = protocol_b(130, seed=1)
    assert (len(training), len(test)) == (50, 80)
    assert sorted(training + test) == list(range(1, 131))
    assert protocol_b(130, seed=1) == (training, test)
    assert protocol_b(130, seed=2) != (training, test)


def test_names_in_one_column_may_lie_on_their_side(tmp_path: Path) -> None:
    matlab(tmp_path / "list.mat", names=cells([["a", "b", "c"]]))
    assert read_names(tmp_path / "list.mat", "names") == (("a",), ("b",), ("c",))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read"), (b"no matlab", "no array"), ({"other": np.zeros(2)}, "no array 'names'")],
    ids=["missing", "damaged", "other array"],
)
def test_a_list_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, content: bytes | dict[str, NDArray[np.float64]] | None, sentence: str
) -> None:
    path = tmp_path / "list.mat"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        matlab(path, **content)
    with pytest.raises(UsageError, match=sentence):
        read_names(path, "names")


def test_without_scipy_a_list_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    with pytest.raises(UsageError, match="need scipy"):
        read_names(tmp_path / "list.mat", "names")


def test_names_and_ids_that_do_not_belong_together_are_a_sentence(tinyface: Path) -> None:
    path = tinyface / "Testing_Set" / "probe_img_ID_pairs.mat"
    matlab(path, probe_set=cells([["3_2.jpg"]]), probe_ids=np.array([[3], [7]], np.uint16))
    with pytest.raises(UsageError, match=r"1 names in probe_set but 2 ids in probe_ids"):
        load_tinyface(tinyface)


def test_pictures_and_labels_are_equally_many() -> None:
    with pytest.raises(ValueError, match="cannot have"):
        LabelledPictures((Path("a"),), np.zeros(2, np.int64))
