"""Pictures for training, from wherever they lie: `open_pictures` takes a source and gives a `PictureSet`.

Sources
-------
Recognised by what they are, not by how they are called:

folder of images
    However nested, in any mix of sizes and modes, sorted by path. Names are relative paths; bytes in them that are no
    UTF-8 are shown as ``\\xe9``. Links are followed, each folder once.
zip or tar of images, or a folder of tars
    The same rules, read in place; names are ``faces.zip!folder/1.png``. Encrypted members, and ones packed in a way
    that is not read, are skipped; what would unpack to more than 1 GiB and 200 times its size is refused. What
    WebDataset puts beside a picture (``.cls``, ``.json``) tells about it. A tar packed by gzip, bzip2 or xz is unpacked
    once, from its beginning on, into the cache folder, and is gone from there when the pictures are decoded.
Parquet file
    A column of bytes, as of Hugging Face, with the names of its classes; needs pyarrow.
IDX file, or a folder that holds some
    As MNIST and Fashion-MNIST come, gzipped or not. The labels file is found beside the images file by
    its name. Of a folder the training part is taken; ``folder#test`` (or ``#t10k``) takes the other.
``.npz`` or ``.npy`` file
    Arrays called pictures, images, x, x_train, ...: (N, H, W), (N, H, W, C) or (N, C, H, W), of any integers or
    floats; labels (numbers, words, or a column for each class) called labels, y, y_train, ...; class names called
    classes. ``#test`` takes x_test and y_test. Objects are never unpickled. What is not packed is mapped; what is
    packed is unpacked into the cache folder meanwhile, within the limits of zips, and read from there a few at a time.
``portraits``, ``portraits:COUNT``, ``portraits:COUNT:SEED``
    Painted faces with all their factors as attributes; no download. A folder of that name is
    ``./portraits``.
``digits``, ``digits:COUNT``, ``digits:COUNT:SEED``
    Drawn digits with their classes, of any size; no download. A folder of that name is ``./digits``.

``drive``, ``drive:COUNT``, ``drive:COUNT:SEED``
    Frames of a drawn road in order, with what the driver did (`explorer.training.worlds`); an .npz of frames,
    actions, rewards and ends is read alike. A folder of that name is ``./drive``.
``gym:NAME``, ``gym:NAME:COUNT:SEED``
    Frames of an environment of Gymnasium, where that is installed, by random hands.

What is assumed
---------------
What a source leaves open is found out, told in `SourceReport.assumed` and returned in `PictureSet.assumed`, which
gives the same set when it is stated again as `Assumptions`: the range of values, what lies behind transparent parts,
colour, whether faces are lined up, which of two that lie side by side, pages, which part of a split set, which column
names the pictures, and where classes come from. Pictures that span fewer than 20 levels, or are nearly all black or
white, are warned of.

What becomes of a picture
-------------------------
The centre square, resized with Pillow's LANCZOS (antialiased) to ``size`` pixels, as 8 bits in 1 or 3 channels. EXIF
rotation is applied, alpha is composited on white, and CMYK becomes RGB without its profile. Values of more than 8
bits are read by the narrowest customary range that holds those of the whole set (0 to 1, -1 to 1, 8, 10, 12, 14 or 16
bits), else from the lowest to the highest. Animations and files of several pages give their first one. JPEGs are
scaled down while being decoded, to no less than twice ``size``. Pictures of an IDX or .npz file that lack at most 8
pixels a side get a black border instead: 28x28 becomes 32x32 with 2 black pixels all round.

With ``align=faces`` the square is laid around the face in each picture, turned and scaled so that the eyes always lie
in one place, and `PictureSet.frame` says where; pictures without a face, or with one that is not sure, are skipped.

Hidden files and folders, AppleDouble twins (``._x.jpg``), ``__MACOSX``, empty, broken, cut short or
encrypted files, pictures of more than 89 megapixels (30 of 16 bits in colour) and files of other kinds are skipped,
counted and named in the `SourceReport`; they never stop the rest.

What is known about a picture
-----------------------------
Classes come from a column of the label file called label, class, category or target, else from the
source's own labels, else from sub-folders: the first level at which there are two or more. ``train``, ``val`` and
``test`` are parts, not classes, and the numbered folders of StyleGAN are none either.

A label file is one of `file_names.TABLES` beside the pictures, in any case, or whatever is passed as ``attributes``:
CSV with commas, semicolons or tabs in UTF-8, UTF-16 or Windows' letters, CelebA's forms, StyleGAN's ``dataset.json``,
Hugging Face's ``metadata.csv`` and ``.jsonl``. The column whose cells name the pictures is its key: by path, by file
name, or without the ending; case and composition of letters count only where they tell two pictures apart. Numbers
stay numbers, yes and no (true and false, CelebA's 1 and -1) become 1 and 0, two words become one column
(``gender=male``: 1 or 0), more words one column each (``eyes=blue``). Empty cells are unknown, which is NaN. A column
called person, identity, subject or group becomes `PictureSet.groups`. What is odd about a table (columns that come
twice, rows of another length, a count that lies) is told. Lists of boxes in COCO's form are left alone.

Description, licence and attribution come from a ``data.json`` beside the data (``{"description": ...,
"licence": ..., "attribution": ...}``), else from the first line, and the copyright line, of a LICENSE
file there.

The cache
---------
Decoded pictures are kept in the user's cache folder, and used again as long as no file's name, size or
time has changed. Sets larger than ``memory_limit`` are decoded straight into the cache and memory-mapped.
"""

from __future__ import annotations

from explorer.training.sources.assembling import open_pictures
from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.material import Cancelled
from explorer.training.sources.pictureset import Attributes, PictureSet
from explorer.training.sources.source_report import SourceReport

__all__ = ["Assumptions", "Attributes", "Cancelled", "PictureSet", "SourceReport", "open_pictures"]
