"""MP4 films (H.264), by the FFmpeg that comes in PyAV's wheels."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.core.exports.export_job import check_rate, enlargement
from explorer.core.files import replace_file
from explorer.core.inference.generator import Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import enlarged, rgb

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.codeccontext import VideoCodecContext

_FASTEST = 120.0
_ENCODER: Final = "libx264"
_QUALITY = "16"  # x264's constant rate factor: no loss that an eye finds
_BT709, _LIMITED = 1, 1  # matrix, primaries and transfer by ITU-T H.273; luma from 16 to 235


def save_mp4(path: Path, pictures: Iterable[Pictures], fps: float, comment: str = "") -> None:
    """Saves pictures of one size, at least one, as an MP4 that any player shows; the comment is in its metadata.

    Raises
    ------
    Problem
        The rate cannot be, or it cannot be encoded or written there.
    """
    import av  # loads FFmpeg: only when it is needed

    if _ENCODER not in av.codecs_available:
        raise Problem("The FFmpeg that is installed here cannot write H.264.", "Save a GIF or frames instead.")
    check_rate(fps, _FASTEST, "An MP4")
    frames = (even(enlarged(rgb(each), enlargement(*each.shape[:2]))) for each in pictures)
    try:
        with replace_file(path) as file:
            _encode(Path(file.name), frames, fps, comment)
    except av.FFmpegError as error:
        raise Problem(f"{path.name} could not be encoded ({error}).", "Save a GIF or frames instead.") from None


def _encode(path: Path, frames: Iterable[Pictures], fps: float, comment: str) -> None:
    import av

    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as film:
        film.metadata["comment"] = comment
        rate = Fraction(fps).limit_denominator(1001)
        stream = film.add_stream(_ENCODER, rate=rate, options={"crf": _QUALITY})
        stream.pix_fmt = "yuv420p"  # the only form that every player knows
        _say_colours(stream.codec_context)
        for number, frame in enumerate(frames):
            if number == 0:
                stream.height, stream.width = frame.shape[:2]
            film.mux(stream.encode(_converted(frame)))
        film.mux(stream.encode(None))


def _say_colours(codec: VideoCodecContext) -> None:
    """Tell players how colours were converted: some take small films that do not say for BT.601."""
    codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
    codec.color_range = _LIMITED


def _converted(frame: Pictures) -> VideoFrame:
    """A frame as BT.709 luma from 16 to 235 and halved chroma, rounded to the nearest."""
    from av import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    return VideoFrame.from_ndarray(frame, "rgb24").reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.AREA,  # the mean of four pixels; the others let colours run
    )


def even(picture: Pictures) -> Pictures:
    """A picture with even sides, as H.264 halves the resolution of colours: an odd side is padded."""
    height, width = picture.shape[:2]
    return np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
