"""``bench``: this program measured against onnxruntime itself, as medians within one run; and what families learn."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from explorer.cli.output import remark, say, say_json
from explorer.core.problem import Problem

Figures = dict[str, float]

#: Benchmark to the module that has it, and its figures with what they mean.
BENCHES: dict[str, tuple[str, dict[str, str]]] = {
    "interactive": (
        "inference",
        {
            "raw_ms": "one picture by InferenceSession.run, one after another",
            "raw_rested_ms": "the same, 20 ms after the last, as in the window",
            "render_ms": "one picture from its scene, without the window",
            "interactive_ms": "one picture in the window, from the change of the scene on",
            "painted_ms": "the same, until the canvas has painted it",
            "gui_ms": "processor time of the window's thread for it, painting included",
            "interactive_ratio": "(interactive_ms - 0.3) / raw_rested_ms (bar: 1.25)",
        },
    ),
    "batch": (
        "inference",
        {"batch_ratio": "pictures a second in batches of 64, as a share of InferenceSession.run's"},
    ),
    "grid": (
        "grid_drawing",
        {
            "grid_ms": "a grid of 16 by 16 in the window, from a new sample to its last tile being painted",
            "grid_ratio": "its pictures a second, as a share of InferenceSession.run's in batches of 64",
            "grid_first_share": "when its first tiles were painted, as a share of grid_ms",
            "grid_gap_ms": "longest time the window did not react while a slider was dragged and the grid followed",
        },
    ),
    "drag": (
        "dragging",
        {
            "drag_shown": "share of the possible pictures that were shown, of a model that takes 30 ms",
            "drag_last": "1 if the last value of the drag was shown",
            "drag_gap_ms": "longest time that the window did not react",
        },
    ),
    "draw": (
        "drawing",
        {
            "draw_ms": "from a position of the pen to the answer being painted (bar: 1.5 draw_raw_ms + 2)",
            "draw_raw_ms": "the translator alone, by InferenceSession.run",
            "draw_shown": "share of the possible answers that were shown, of a pen at 250 Hz (bar: 0.9)",
            "draw_last": "1 if the answer to the whole stroke was shown",
            "draw_gap_ms": "longest time that the window did not react meanwhile (bar: 33)",
        },
    ),
    "quiz": (
        "quizzing",
        {
            "quiz_next_ms": "from an answer to the next pair being painted, median",
            "quiz_next_p99_ms": "the same, of all but the slowest hundredth",
        },
    ),
    "unfold": (
        "unfolding",
        {
            "unfold_ms": "a picture of a diffusion in 8 steps, from its scene",
            "unfold_runs_ms": "the 8 runs of its step alone, by InferenceSession.run",
            "unfold_ratio": "unfold_ms / unfold_runs_ms (bar: at most 1.2)",
        },
    ),
    "pixels": (
        "painting_pixels",
        {
            "pixelcnn_ms": "a picture of 28 x 28 that is painted pixel by pixel, from its scene (bar: 1,500 or less)",
            "pixelcnn_runs_ms": "the runs of the whole network that it would take, by InferenceSession.run",
            "pixelcnn_cancel_ms": "longest time between two pixels, after which it can be cancelled (bar: 50 or less)",
            "pixelcnn_ratio": "pixelcnn_ms / pixelcnn_runs_ms",
        },
    ),
    "dream": (
        "dreaming",
        {
            "dream_ms": "from a key press to the painted frame of the dream that follows it, median (bar: 50)",
            "dream_p95_ms": "the same, of all but the slowest twentieth",
            "dream_rate": "frames of world and dream a second, one after another, all painted (bar: 30 or more)",
            "dream_raw_ms": "one run of the dream and one of the generator, by InferenceSession.run",
            "dream_ratio": "the time of such a frame over dream_raw_ms; it includes drawing and seeing the world",
            "dream_gap_ms": "longest time that the window did not react meanwhile (bar: 33)",
        },
    ),
    "projection": (
        "projecting",
        {
            "projection_error": "mean absolute error of samples that are projected, as a share of the range",
            "projection_worst": "the same of the worst of them",
            "projection_s": "seconds for one, on one thread",
        },
    ),
    "touch": (
        "touching",
        {
            "touch_pictures_s": "pictures a second of processor time while a stroke is followed (bar: 8 or more)",
            "touch_ratio": "the time of one such picture, over that of its two bare gradients",
            "touch_blond": "how blond dark hair gets, as a share of the stroke over it, median (bar: 0.5 or more)",
            "touch_outside": "how far the rest of the picture changes, as a share of the hair (bar: below 0.25)",
            "touch_pull_px": "how far a pulled corner of the mouth lies from its target, median (bar: 3 or less)",
            "touch_arrived": "share of the corners that came within 3 pixels",
        },
    ),
    "local": (
        "local_shares",
        {
            "local_mouth": "share of a local direction's change that is inside a rectangle around the mouth, median",
            "local_eyes": "the same of the eyes",
            "local_background": "the same of a corner of the background",
            "local_ratio": "these shares, over those of random directions, median (bar: 5 or more)",
            "local_s": "seconds of processor time to find three",
        },
    ),
    "plot": (
        "plotting",
        {
            "plot_ms": "a plot of a million points, from new values to its being painted",
            "plot_ratio": "the same by plain pyqtgraph, by how many times longer",
        },
    ),
    "train": (
        "training",
        {
            "train_ratio": "pictures a second of a DCGAN in the window with its plots, as a share of the bare steps'",
            "train_gap_ms": "99th percentile of the times that the window did not react meanwhile",
        },
    ),
    "train_loop": (
        "training_loop",
        {
            "loop_images_s": "pictures a second of a DCGAN at 64 x 64, batches of 64, in a thread on the CPU",
            "loop_ratio": "the same as a share of a bare loop's of the same networks in its own process",
            "loop_memory_mb": "how much more memory a small run takes after 10,000 steps than after 2,000",
        },
    ),
    "stylegan_loop": (
        "style_training",
        {
            "stylegan_images_s": "pictures a second of processor time of a StyleGAN at 64 x 64, batches of 16",
            "stylegan_loop_ratio": "processor time of our loop over a bare loop's of the same networks (bar: 1.5)",
        },
    ),
    "stylegan_open": (
        "style_opening",
        {
            "own_stylegan_open_ms": "processor time from the wish to open portraits-style to its first picture",
            "plain_open_ms": "the same of faces, whose generator is plain and a fifth larger",
            "small_open_ms": "the same of portraits-gan, whose generator is plain and a quarter smaller",
            "own_stylegan_open_ratio": "own_stylegan_open_ms / plain_open_ms (bar: 1.5)",
        },
    ),
    "w_moves": (
        "moving_in_w",
        {
            "w_move_runs": "runs of the synthesis that ten moves in W take in the window, at worst (bar: 10)",
            "w_drag_runs": "the same of ten moves at once, as in a fast drag (bar: 10 or less)",
            "w_move_mapped": "runs of the mapping for all of them (bar: 0)",
        },
    ),
    "memory": (
        "memory_growth",
        {
            "memory_mb": "memory of the window after many drags and walks, the history full",
            "memory_edits": "how many edits it was measured over",
            "memory_2h_mb": "what two hours at 30 edits a second would add to it",
            "memory_2h_error_mb": "the standard error of that",
        },
    ),
    "opening": (
        "model_opening",
        {
            "open_mb": "size of a stranger's model",
            "open_first_s": "opening it, from the request to its first picture, including the trial in a child process",
            "open_again_s": "the same once it was seen before",
            "open_gap_ms": "longest time that the window did not react meanwhile",
        },
    ),
    "startup": (
        "startup",
        {
            "import_s": "importing the libraries of the program alone, from the start of Python to its end",
            "window_s": "from nothing to the first picture in the window",
            "startup_ratio": "window_s / import_s",
            "startup_torch": "1 if torch was loaded on the way",
        },
    ),
}

#: Tables of their own, each asked for alone: the module that reports it, and which options it is given.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "families": ("family_table", ("family", "data", "steps", "json")),
    "stylegan": ("stylegan_table", ("sizes", "kinds", "json")),
    "lab": ("lab_table", ("preset", "steps", "json")),
    "disentanglement": ("disentanglement_table", ("steps", "seeds", "json")),
}

#: Those that take minutes, and so are measured only when they are named.
_SLOW = ("memory", "projection", "stylegan_loop", "touch", "train", "train_loop")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    known = ", ".join(BENCHES)
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help=f"what to measure: {known} (default: all but {', '.join(_SLOW)}, which take minutes). Or one of these, "
        "alone: families, whether each family learns, about a minute each; stylegan, StyleGANs of all kinds with "
        "random weights, opened, drawn, compared with torch and edited; lab, whether the presets of the lab keep their "
        "promises for 5,000 steps from ten seeds, about a minute each; disentanglement, whether a GAN, InfoGANs, VAEs "
        "and factor models find the factors that portraits differ in, an hour in all",
    )
    parser.add_argument("--model", metavar="MODEL", default="faces", help="model to measure with (default faces)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--family", action="append", default=[], metavar="KEY", help="families: only this one; repeatable"
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="families: pictures to learn from, such as a folder of Fashion-MNIST (default: shapes drawn on the spot)",
    )
    parser.add_argument(
        "--steps", type=int, help="families, lab, disentanglement: steps for each, instead of the usual number"
    )
    parser.add_argument("--seeds", type=int, help="disentanglement: how many times each is trained (default 3)")
    parser.add_argument("--preset", action="append", default=[], metavar="TITLE", help="lab: only this one; repeatable")
    parser.add_argument("--sizes", metavar="32,64", help="stylegan: sides in pixels, up to 1024 (default 32,64)")
    parser.add_argument(
        "--kinds", metavar="2,3t,3r", help="stylegan: StyleGAN2, StyleGAN3-T, StyleGAN3-R (default all)"
    )


def usual() -> list[str]:
    """What is measured where nothing is named."""
    return [name for name in BENCHES if name not in _SLOW]


def run(options: argparse.Namespace) -> int:
    """Measure as asked."""
    if table := next((name for name in TABLES if name in options.names), None):
        return _tabulated(table, options)
    if unknown := [name for name in options.names if name not in BENCHES]:
        raise Problem(
            f"There is no benchmark called {unknown[0]}.",
            f"The benchmarks are: {', '.join([*BENCHES, *TABLES])}.",
        )
    figures: Figures = {}
    for name in options.names or usual():
        remark(f"measuring {name} …")
        measure: Callable[[str], Figures] = getattr(import_module(f"explorer.cli.benches.{BENCHES[name][0]}"), name)
        figures |= measure(options.model)
    if options.json:
        say_json(figures)
    else:
        meanings = {key: text for _, described in BENCHES.values() for key, text in described.items()}
        for key, value in figures.items():
            say(f"{key:<18} {value:10.3f}   {meanings[key]}")
    return 0


def _tabulated(name: str, options: argparse.Namespace) -> int:
    if options.names != [name]:
        raise Problem(f"{name} prints a table of its own.", "Run it alone.")
    module, given = TABLES[name]
    code: int = import_module(f"explorer.cli.benches.{module}").report(*(getattr(options, each) for each in given))
    return code
