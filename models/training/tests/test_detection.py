"""Anchors, matching, loss, box coding, suppression and average precision."""

import numpy as np
import pytest
import torch

from conftest import MODEL
from rnnpool_training import anchors as A
from rnnpool_training import arch as archs
from rnnpool_training.data import Sample
from rnnpool_training.detect import detections, non_maximum_suppression
from rnnpool_training.evaluate import average_precision, between, confusion, evaluate, face_free, judge, reliability, resized
from rnnpool_training.loss import coded_overlaps, detection_loss
from rnnpool_training.preprocess import Letterbox

VARIANCES = (0.1, 0.2)


def grid():
    return A.anchor_boxes(archs.load(MODEL / "arch.json"))


def test_anchor_order_and_centres():
    arch = archs.load(MODEL / "arch.json")
    boxes, first = grid(), 0
    for stage in archs.stages(arch):
        if stage.layer.type != "head":
            continue
        n = len(stage.layer.anchors)
        for x, y, a in ((0, 0, 0), (3, 0, n - 1), (1, 2, 0), (stage.width - 1, stage.height - 1, n - 1)):
            anchor = stage.layer.anchors[a]
            expected = [(x + 0.5) * stage.stride, (y + 0.5) * stage.stride, anchor.width, anchor.height]
            assert boxes[first + (y * stage.width + x) * n + a].tolist() == pytest.approx(expected)
        first += stage.width * stage.height * n
    assert first == len(boxes)


def test_box_coding_round_trip_and_one_case_by_hand():
    rng = np.random.default_rng(0)
    boxes = grid()[rng.integers(0, len(grid()), 200)]
    low = rng.uniform(0, 200, (200, 2))
    faces = np.concatenate([low, low + rng.uniform(3, 120, (200, 2))], 1)
    assert A.decode(A.encode(faces, boxes, VARIANCES), boxes, VARIANCES) == pytest.approx(faces, abs=1e-2)
    coded = A.encode(np.array([[10.0, 20.0, 30.0, 60.0]]), np.array([[18.0, 44.0, 10.0, 20.0]]), VARIANCES)
    assert coded[0] == pytest.approx([2.0, -2.0, np.log(2) / 0.2, np.log(2) / 0.2])


def test_overlaps_by_hand():
    a = np.array([[0.0, 0, 10, 10]])
    b = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]])
    assert A.overlaps(a, b)[0] == pytest.approx([1, 1 / 3, 0])


def test_every_face_is_matched_and_anchors_answer_for_their_best_face():
    boxes = grid()
    faces = np.array([[100.0, 80, 126, 112], [20, 20, 27, 29], [30, 10, 280, 235]])
    labels, owner = A.match(boxes, faces, np.zeros((0, 4)))
    iou = A.overlaps(A.corners(boxes), faces)
    for face in range(3):
        assert np.count_nonzero((labels == A.POSITIVE) & (owner == face)) >= 3
    sure = iou.max(1) >= 0.35
    assert np.all(labels[sure] == A.POSITIVE)
    strangers = (labels == A.POSITIVE) & ~sure  # taken as a face's best, or in the second stage
    assert np.all(iou[strangers, owner[strangers]] > 0)
    assert np.all(labels[(iou.max(1) < 0.3) & (labels != A.POSITIVE)] == A.NEGATIVE)


def test_small_faces_are_compensated():
    boxes = grid()
    face = np.array([[100.0, 100, 105, 106]])  # far smaller than the smallest anchor: none reaches 0.35
    assert A.overlaps(A.corners(boxes), face).max() < 0.42
    few = A.match(boxes, face, np.zeros((0, 4)), wanted=1)[0]
    more = A.match(boxes, face, np.zeros((0, 4)), wanted=4, low=0.05)[0]
    assert np.count_nonzero(few == A.POSITIVE) == 1
    assert np.count_nonzero(more == A.POSITIVE) == 4


def test_the_smaller_of_two_faces_keeps_a_contested_anchor():
    boxes = np.array([[50.0, 50, 20, 20]])
    faces = np.array([[40.0, 40, 62, 62], [44, 44, 56, 56]])
    labels, owner = A.match(boxes, faces, np.zeros((0, 4)))
    assert labels[0] == A.POSITIVE and owner[0] == 1


def test_ignored_boxes_take_no_part_but_faces_do():
    boxes = grid()
    ignored, face = np.array([[60.0, 60, 140, 160]]), np.array([[80.0, 80, 100, 105]])
    labels, _ = A.match(boxes, np.zeros((0, 4)), ignored)
    inside = (A.intersections(A.corners(boxes), ignored)[:, 0] / A.areas(A.corners(boxes))) > 0.5
    assert np.all(labels[inside] == A.IGNORED) and np.count_nonzero(labels == A.NEGATIVE) > 2000
    labels, _ = A.match(boxes, face, ignored)
    assert np.count_nonzero(labels == A.POSITIVE) >= 3


def test_balance_weighs_faces_alike():
    labels = np.array([1, 1, 1, 1, 1, 1, 0, -1], np.int8)
    owner = np.array([0, 0, 0, 0, 1, 1, 0, 0])
    assert A.balance(labels, owner, 1.0, least=2)[:6] == pytest.approx([0.5] * 4 + [1, 1])
    assert A.balance(labels, owner, 0.0) == pytest.approx(np.ones(8))


def test_loss_mines_the_hardest_negatives_and_leaves_ignored_anchors_alone():
    logits = torch.tensor([[2.0, 9.0, 3.0, -1.0, 0.5, -4.0, 1.0, -6.0]], requires_grad=True)
    labels = torch.tensor([[1, -1, 0, 0, 0, 0, 0, 0]], dtype=torch.int8)
    offsets = torch.zeros(1, 8, 4, requires_grad=True)
    targets = torch.ones(1, 8, 4) * 3
    classes, boxes = detection_loss(logits, offsets, labels, targets, torch.ones(1, 8), least_negatives=0)
    softplus = torch.nn.functional.softplus
    expected = softplus(torch.tensor(-2.0)) + softplus(torch.tensor([3.0, 1.0, 0.5])).sum()
    assert classes.item() == pytest.approx(expected.item())
    assert boxes.item() == pytest.approx(4 * 2.5)  # smooth L1 of 3 is 2.5, four coordinates
    (classes + boxes).backward()
    assert logits.grad[0].ne(0).tolist() == [True, False, True, False, True, False, True, False]
    assert offsets.grad[0].abs().sum(1).ne(0).tolist() == [True] + [False] * 7


def test_overlaps_of_coded_boxes_are_those_of_the_boxes():
    rng = np.random.default_rng(1)
    boxes = grid()[rng.integers(0, len(grid()), 300)]
    ours, wanted = (rng.normal(0, 2, (300, 4)).astype(np.float32) for _ in range(2))
    iou, generalized = coded_overlaps(torch.from_numpy(ours), torch.from_numpy(wanted), VARIANCES)
    a, b = (A.decode(v.astype(np.float64), boxes, VARIANCES) for v in (ours, wanted))
    exact = A.overlaps(a, b).diagonal()
    assert iou.numpy() == pytest.approx(exact, abs=1e-4)
    around = A.areas(np.concatenate([np.minimum(a, b)[:, :2], np.maximum(a, b)[:, 2:]], 1))
    union = (A.areas(a) + A.areas(b)) / (1 + exact)
    assert generalized.numpy() == pytest.approx(exact - (around - union) / around, abs=1e-4)


def test_a_positive_whose_box_is_wrong_should_not_score():
    logits = torch.zeros(1, 2, requires_grad=True)
    offsets = torch.tensor([[[0.0, 0, 0, 0], [30.0, 0, 0, 0]]], requires_grad=True)  # the second lies three anchor widths aside
    classes, boxes = detection_loss(logits, offsets, torch.ones(1, 2, dtype=torch.int8), torch.zeros(1, 2, 4), torch.ones(1, 2),
                                    overlap=2.0, quality=1.0)
    (classes + boxes).backward()
    assert logits.grad[0].sign().tolist() == [-1.0, 1.0]
    assert boxes.item() == pytest.approx((29.5 + 2 * (1 + 2 / 4)) / 2)  # smooth L1 of 30; IoU 0, half of the box around is neither's
    assert offsets.grad[0, 1, 0] > 0


def test_loss_without_faces_is_finite_and_still_teaches_background():
    logits = torch.zeros(2, 50, requires_grad=True)
    labels = torch.zeros(2, 50, dtype=torch.int8)
    classes, boxes = detection_loss(logits, torch.zeros(2, 50, 4), labels, torch.zeros(2, 50, 4), torch.ones(2, 50))
    classes.backward()
    assert torch.isfinite(classes) and boxes.item() == 0 and logits.grad.abs().sum() > 0


def test_suppression_keeps_the_best_and_breaks_ties_by_index():
    boxes = np.array([[0.0, 0, 10, 10], [1, 0, 11, 10], [30, 0, 40, 10], [0, 0, 10, 10]])
    scores = np.array([0.8, 0.9, 0.7, 0.9])
    assert non_maximum_suppression(boxes, scores, 0.4, 10).tolist() == [1, 2]
    assert non_maximum_suppression(boxes, scores, 0.4, 1).tolist() == [1]
    assert non_maximum_suppression(boxes, scores, 1.0, 10).tolist() == [1, 3, 0, 2]


def test_average_precision_by_hand():
    # hit, miss, hit, hit over 4 faces: precision 1, 1/2, 2/3, 3/4 at recall .25 .25 .5 .75; envelope 1, then 3/4 to .75
    assert average_precision(np.array([0.25, 0.25, 0.5, 0.75]), np.array([1, 0.5, 2 / 3, 0.75])) == pytest.approx(0.25 + 0.5 * 0.75)
    assert average_precision(np.zeros(0), np.zeros(0)) == 0


def sample(boxes, ignore, size=(448, 448)):
    return Sample(None, *size, "", np.array(boxes, np.float32).reshape(-1, 4), np.array(ignore, bool))


def test_ignored_and_too_small_boxes_count_neither_way():
    picture = sample([[0, 0, 40, 40], [100, 100, 140, 140], [200, 200, 207, 215]], [False, True, False])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    boxes = np.array([[0.0, 0, 40, 40], [105, 100, 140, 140], [110, 110, 120, 120], [200, 200, 207, 214], [300, 300, 340, 340]])
    result = evaluate([picture], [(scores, boxes)])
    assert (result.faces, result.scores.tolist(), result.hits.tolist()) == (1, [0.9, 0.5], [True, False])
    assert result.ap == 1.0 and result.at(0.4) == (0.5, 1.0)


def test_a_second_detection_of_a_face_is_false():
    kept, hits = judge(np.array([0.5, 0.9]), np.array([[0.0, 0, 10, 10], [0, 0, 10, 9]]), np.array([[0.0, 0, 10, 10]]), np.zeros((0, 4)))
    assert kept.all() and hits.tolist() == [False, True]


def test_a_box_beside_the_picture_is_no_detection():
    detection = {"variances": VARIANCES, "scoreThreshold": 0.5, "nmsIou": 0.4, "maxDetections": 10}
    anchors = np.array([[160.0, 20, 40, 40], [160, 120, 40, 40]], np.float32)  # the first lies in the grey above a wide picture
    scores, boxes = detections(np.array([3.0, 2.0]), np.zeros((2, 4), np.float32), anchors, detection, Letterbox.fit(320, 120, 320, 240))
    assert len(scores) == 1 and np.allclose(boxes, [[140, 40, 180, 80]])


def test_small_faces_are_judged_by_their_share_of_the_input():
    """12 of 240 rows are 5 %, in a wide picture too, whose letterbox leaves it less than all of the height."""
    arch = archs.load(MODEL / "arch.json")
    tall, wide = sample([[0, 0, 20, 23], [50, 50, 90, 100]], [False, False], (320, 240)), sample([[0, 0, 40, 46]], [False], (640, 240))
    results = [(np.array([0.9]), tall.boxes[:1].astype(float)), (np.array([0.8]), np.array([[300.0, 100, 320, 120]]))]
    small = between([tall, wide], results, arch, 0, 0.1)
    assert small.faces == 2 and small.hits.tolist() == [True, False]
    large = between([tall, wide], results, arch, 0.1, 10)
    assert large.faces == 1 and large.hits.tolist() == [False]  # what lies on a face that does not count counts neither way
    assert between([tall], results[:1], resized(arch, "640x480"), 0, 0.1).faces == 1
    with pytest.raises(archs.ArchError, match="write it as 640x480"):
        resized(arch, "640")


def test_confusion_and_reliability():
    pictures = [sample([[0, 0, 40, 40], [100, 100, 140, 140]], [False, False]), sample([], []), sample([], []),
                sample([[0, 0, 50, 50]], [True])]
    results = [(np.array([0.9, 0.3]), np.array([[0.0, 0, 40, 40], [200, 200, 230, 230]])), (np.array([0.7]), np.array([[0.0, 0, 9, 9]])),
               (np.zeros(0), np.zeros((0, 4))), (np.array([0.95]), np.array([[0.0, 0, 50, 50]]))]
    judged = evaluate(pictures, results)
    assert confusion(pictures, results, judged, 0.5) == {"found": 1, "missed": 1, "false": 1, "withFace": [1, 0], "withoutFace": [1, 1]}
    scores, free = face_free(pictures, results)
    assert (scores.tolist(), free) == ([0.7], 2)
    bands = {low: (n, right) for low, _, n, right in reliability(judged) if n}
    assert bands == {0.3: (1, 0), 0.7: (1, 0), 0.9: (1, 1)}
