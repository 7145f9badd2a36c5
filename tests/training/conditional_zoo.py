"""More generators as others build them: conditional ones, VAEs with their encoders, odd normalisations and sizes."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import torch
from layout_zoo import LABELS, Chain, Specimen, one_hot
from torch import nn

leaky = partial(nn.LeakyReLU, 0.2)


def rows(width: int) -> nn.Sequential:
    """Dense layers with batch normalisation, from ``width`` numbers to 144."""
    layers = [nn.Linear(width, 32), leaky(), nn.Linear(32, 64), nn.BatchNorm1d(64), leaky(), nn.Linear(64, 128)]
    return nn.Sequential(*layers, nn.BatchNorm1d(128), leaky(), nn.Linear(128, 144), nn.Tanh())


def pictures(flow: torch.Tensor) -> torch.Tensor:
    return flow.view(-1, 1, 12, 12)


def unused_table() -> nn.Module:
    """An embedding that stands there and is not used."""
    return Chain(lambda self, z: pictures(self.model(z)), label_emb=nn.Embedding(LABELS, 40), model=rows(40))


def met(way: str) -> nn.Module:
    def forward(self, z, label):
        row = self.label_emb(label)
        return pictures(self.model(z + row if way == "sum" else z * row))

    return Chain(forward, label_emb=nn.Embedding(LABELS, 40), model=rows(40))


def dense_label(order: str, act: bool) -> nn.Module:
    """The one-hot class through a dense layer of its own."""

    def forward(self, z, label):
        row = self.label_fc(one_hot(label))
        row = torch.relu(row) if act else row
        return pictures(self.model(torch.cat((z, row) if order == "last" else (row, z), 1)))

    return Chain(forward, label_fc=nn.Linear(LABELS, 16), model=rows(40 + 16))


def two_rows() -> nn.Module:
    """Latent and class through dense layers of their own."""

    def forward(self, z, label):
        latent, row = self.fc1_1_bn(self.fc1_1(z)), self.fc1_2_bn(self.fc1_2(one_hot(label)))
        flow = torch.relu(self.fc2_bn(self.fc2(torch.cat((torch.relu(latent), torch.relu(row)), 1))))
        return pictures(torch.tanh(self.fc3(flow)))

    parts = {"fc1_1": nn.Linear(40, 32), "fc1_1_bn": nn.BatchNorm1d(32), "fc1_2": nn.Linear(LABELS, 32)}
    parts |= {"fc1_2_bn": nn.BatchNorm1d(32), "fc2": nn.Linear(64, 64), "fc2_bn": nn.BatchNorm1d(64)}
    return Chain(forward, **parts, fc3=nn.Linear(64, 144))


def two_pictures() -> nn.Module:
    """Latent and class through transposed convolutions of their own."""

    def forward(self, z, label):
        pair = self.deconv1_1_bn(self.deconv1_1(z[:, :, None, None])), one_hot(label)[:, :, None, None]
        pair = torch.relu(pair[0]), torch.relu(self.deconv1_2_bn(self.deconv1_2(pair[1])))
        flow = torch.relu(self.deconv2_bn(self.deconv2(torch.cat(pair, 1))))
        return torch.tanh(self.deconv3(flow))

    up, norm = nn.ConvTranspose2d, nn.BatchNorm2d
    parts = {"deconv1_1": up(40, 16, 4, 1, 0), "deconv1_1_bn": norm(16), "deconv1_2": up(LABELS, 16, 4, 1, 0)}
    parts |= {"deconv1_2_bn": norm(16), "deconv2": up(32, 16, 4, 2, 1), "deconv2_bn": norm(16)}
    return Chain(forward, **parts, deconv3=up(16, 1, 4, 2, 1))


def class_as_channel() -> nn.Module:
    """An embedding through a dense layer, as one more channel of the first pictures."""

    def forward(self, z, label):
        flow = torch.relu(self.fc(z)).view(-1, 16, 4, 4)
        return self.net(torch.cat((flow, self.label_fc(self.label_emb(label)).view(-1, 1, 4, 4)), 1))

    up = nn.ConvTranspose2d
    net = nn.Sequential(up(17, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU(), up(16, 1, 4, 2, 1), nn.Tanh())
    own = {"label_emb": nn.Embedding(LABELS, 20), "label_fc": nn.Linear(20, 16)}
    return Chain(forward, **own, fc=nn.Linear(40, 256), net=net)


def embedded_dcgan() -> nn.Module:
    """Blocks of a course: an embedding behind the latent, one pixel of many channels."""
    up = partial(nn.ConvTranspose2d, bias=False)
    blocks = [nn.Sequential(up(40, 32, 4, 1, 0), nn.BatchNorm2d(32), nn.ReLU())]
    blocks += [nn.Sequential(up(32, 16, 4, 2, 1), nn.BatchNorm2d(16), nn.ReLU())]
    net = nn.Sequential(*blocks, nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Tanh())

    def forward(self, z, label):
        return self.net(torch.cat([z, self.embed(label)], 1)[:, :, None, None])

    return Chain(forward, net=net, embed=nn.Embedding(LABELS, 20))


def cropped_digits() -> nn.Module:
    """A WGAN-GP for digits: 8 pixels are cut to 7 on the way to 28."""

    def forward(self, z):
        flow = self.block1(self.preprocess(z).view(-1, 32, 4, 4))[:, :, :7, :7]
        return torch.sigmoid(self.deconv_out(self.block2(flow)))

    up = nn.ConvTranspose2d
    parts = {"preprocess": nn.Sequential(nn.Linear(32, 512), nn.ReLU()), "deconv_out": up(8, 1, 8, stride=2)}
    parts |= {f"block{n}": nn.Sequential(up(64 >> n, 32 >> n, 5), nn.ReLU()) for n in (1, 2)}
    return Chain(forward, **{name: parts[name] for name in ("preprocess", "block1", "block2", "deconv_out")})


def layer_norm(flat: bool) -> nn.Module:
    if flat:
        layers = [nn.Linear(16, 32), nn.LayerNorm(32), nn.ReLU(), nn.Linear(32, 64), nn.LayerNorm(64), nn.ReLU()]
        return Chain(lambda self, z: pictures(self.net(z)), net=nn.Sequential(*layers, nn.Linear(64, 144), nn.Tanh()))
    up = nn.ConvTranspose2d
    layers = [up(16, 32, 4, 1, 0), nn.LayerNorm([32, 4, 4]), nn.ReLU(), up(32, 16, 4, 2, 1), nn.LayerNorm([16, 8, 8])]
    net = nn.Sequential(*layers, nn.ReLU(), up(16, 3, 4, 2, 1), nn.Tanh())
    return Chain(lambda self, z: self.net(z[:, :, None, None]), net=net)


def dense_cvae(classes: int) -> nn.Module:
    """PyTorch's example of a VAE, a one-hot class joined with picture and latent."""

    def forward(self, z, label):
        hidden = torch.relu(self.fc3(torch.cat((z, one_hot(label, classes)), 1)))
        return pictures(torch.sigmoid(self.fc4(hidden)))

    encoder = {"fc1": nn.Linear(144 + classes, 40), "fc21": nn.Linear(40, 8), "fc22": nn.Linear(40, 8)}
    return Chain(forward, **encoder, fc3=nn.Linear(8 + classes, 40), fc4=nn.Linear(40, 144))


def parted_cvae(embeds: bool, act: type[nn.Module] = nn.Identity) -> nn.Module:
    """A class that passes a layer of its own and joins what the encoder makes, and the latent."""

    def forward(self, z, label):
        row = self.class_embedding(label) if embeds else act()(self.class_embedding(one_hot(label)))
        return self.decoder(torch.cat((z, row), 1))

    encoder = [nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Flatten()]
    decoder = [nn.Linear(8 + 6, 16 * 49), nn.ReLU(), nn.Unflatten(1, (16, 7, 7)), nn.ConvTranspose2d(16, 8, 4, 2, 1)]
    return Chain(
        forward,
        encoder=nn.Sequential(*encoder, nn.Linear(16 * 49, 32), nn.ReLU()),
        class_embedding=nn.Embedding(LABELS, 6) if embeds else nn.Linear(LABELS, 6),
        mu_net=nn.Linear(32 + 6, 8),
        logvar_net=nn.Linear(32 + 6, 8),
        decoder=nn.Sequential(*decoder, nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1), nn.Sigmoid()),
    )


def collected_vae(kind: str, latent: int = 16) -> nn.Module:
    """Of a collection of VAEs: ``cvae``, whose class is a picture to the encoder, or ``wae``, with one head."""
    widths, more = [8, 16, 16, 32], int(kind == "cvae")
    parts: dict[str, nn.Module] = {}
    if more:
        parts |= {"embed_class": nn.Linear(LABELS, 1024), "embed_data": nn.Conv2d(1, 1, 1)}
    downs = zip([1 + more, *widths], widths, strict=False)
    parts["encoder"] = nn.Sequential(
        *(nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.BatchNorm2d(b), nn.LeakyReLU()) for a, b in downs)
    )
    heads = ("fc_mu", "fc_var") if more else ("fc_z",)
    parts |= {head: nn.Linear(128, latent) for head in heads}
    parts["decoder_input"] = nn.Linear(latent + more * LABELS, 128)
    up = partial(nn.ConvTranspose2d, kernel_size=3, stride=2, padding=1, output_padding=1)
    back = widths[::-1]
    parts["decoder"] = nn.Sequential(
        *(nn.Sequential(up(a, b), nn.BatchNorm2d(b), nn.LeakyReLU()) for a, b in pairwise(back))
    )
    parts["final_layer"] = nn.Sequential(
        *(up(8, 8), nn.BatchNorm2d(8), nn.LeakyReLU(), nn.Conv2d(8, 1, 3, padding=1), nn.Tanh())
    )

    def forward(self, z, label=None):
        z = z if label is None else torch.cat((z, one_hot(label)), 1)
        return self.final_layer(self.decoder(self.decoder_input(z).view(-1, 32, 2, 2)))

    return Chain(forward, **parts)


def autoencoder() -> nn.Module:
    encoder = nn.Sequential(nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 16))
    decoder = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 144), nn.Sigmoid())
    return Chain(lambda self, z: pictures(self.decoder(z)), encoder=encoder, decoder=decoder)


zero_one = (0.0, 1.0)
CONDITIONAL: dict[str, Specimen] = {
    "an embedding that is not used": Specimen(unused_table, 40),
    "embedding added": Specimen(partial(met, "sum"), 40, classes=10),
    "embedding multiplied": Specimen(partial(met, "product"), 40, classes=10),
    **{
        f"dense label {order}, {'ReLU' if act else 'plain'}": Specimen(partial(dense_label, order, act), 40, classes=10)
        for order in ("first", "last")
        for act in (True, False)
    },
    "two dense entrances, latents in 0..1": Specimen(two_rows, 40, "unit", classes=10),
    "two convolutional entrances": Specimen(two_pictures, 40, classes=10),
    "class as a channel": Specimen(class_as_channel, 40, classes=10),
    "embedding behind the latent of a dcgan": Specimen(embedded_dcgan, 20, classes=10),
    "digits, cropped": Specimen(cropped_digits, 32, value_range=zero_one),
    "layer norm of rows": Specimen(partial(layer_norm, True), 16, answers=(("hidden", "relu"),)),
    "layer norm of pictures": Specimen(partial(layer_norm, False), 16),
    "conditional VAE": Specimen(partial(dense_cvae, 10), 8, classes=10, value_range=zero_one),
    "conditional VAE of 7 classes": Specimen(partial(dense_cvae, 7), 8, classes=7, value_range=zero_one),
    "conditional VAE in four parts, embedded": Specimen(
        partial(parted_cvae, True), 8, classes=10, value_range=zero_one
    ),
    "conditional VAE in four parts, dense": Specimen(partial(parted_cvae, False), 8, classes=10, value_range=zero_one),
    "conditional VAE in four parts, ReLU": Specimen(
        partial(parted_cvae, False, nn.ReLU),
        8,
        classes=10,
        answers=(("join", "latent first, relu"),),
        value_range=zero_one,
    ),
    "convolutional conditional VAE": Specimen(
        partial(collected_vae, "cvae"), 16, classes=10, answers=(("last", "tanh"),)
    ),
    "convolutional WAE": Specimen(partial(collected_vae, "wae"), 16),
    "autoencoder": Specimen(autoencoder, 16, answers=(("last", "sigmoid"),), value_range=zero_one),
}
