"""Pictures for training, from wherever they lie: `open_pictures` takes a source and gives a `PictureSet`.

Sources
-------
Recognised by what they are, not by how they are called:

folder of images
    However nested, in any mix of sizes and modes, sorted by path. Names are relative paths.
zip of images
    The same rules, read in place; names are ``faces.zip!folder/1.png``. Encrypted members are skipped; a
    zip that would unpack to more than 1 GiB and 200 times its size is refused.
IDX file, or a folder that holds some
    As MNIST and Fashion-MNIST come, gzipped or not. The labels file is found beside the images file by
    its name. Of a folder the training part is taken; ``folder#test`` (or ``#t10k``) takes the other.
``.npz`` or ``.npy`` file
    Arrays called pictures, images, x, x_train, ...: (N, H, W), (N, H, W, C) or (N, C, H, W), bytes, or
    floats in [0, 1], [-1, 1] or [0, 255]; labels called labels, y, y_train, ...; class names called
    classes. ``#test`` takes x_test and y_test. Objects are never unpickled.
``portraits``, ``portraits:COUNT``, ``portraits:COUNT:SEED``
    Painted faces with all their factors as attributes; no download. A folder of that name is
    ``./portraits``.

What becomes of a picture
-------------------------
The centre square, resized with Pillow's LANCZOS (antialiased) to ``size`` pixels, as 8 bits in 1 or 3
channels. EXIF rotation is applied, alpha is composited on white, 16 bits lose their lower byte, CMYK
becomes RGB without its profile, and an animation gives its first frame. JPEGs are scaled down while being
decoded, to no less than twice ``size``. Pictures of an IDX or .npz file that lack at most 8 pixels a side
get a black border instead: 28x28 becomes 32x32 with 2 black pixels all round.

Hidden files and folders, AppleDouble twins (``._x.jpg``), ``__MACOSX``, empty, broken, cut short or
encrypted files, pictures of more than 89 megapixels and files of other kinds are skipped, counted and
named in the `SourceReport`; they never stop the rest.

What is known about a picture
-----------------------------
Classes come from a column of the label file called label, class, category or target, else from the
source's own labels, else from sub-folders: the first level at which there are two or more.

A label file is ``labels.csv``, ``attributes.csv`` or ``list_attr_celeba.txt`` (or ``.csv``) beside the
pictures, or whatever is passed as ``attributes``. Its first column names the pictures: by path, by file
name, or without the ending. Numbers stay numbers, yes and no (true and false, CelebA's 1 and -1) become 1
and 0, two words become one column (``gender=male``: 1 or 0), more words one column each (``eyes=blue``).
Empty cells are unknown, which is NaN. A column called person, identity, subject or group becomes
`PictureSet.groups`.

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
