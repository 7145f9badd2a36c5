"""Programs in the manner of well-known repositories, written anew: what their authors' sources look like."""

from __future__ import annotations

from dataclasses import dataclass, replace

HEAD = """
import argparse
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable
"""


@dataclass(frozen=True)
class Layout:
    """A program, and how it paints.

    Attributes
    ----------
    text : str
    build, paint : str
        Expressions of the program's names: its network, and its pictures of z (N, latent) and label (N,).
    latent, classes : int
    prior : str
        How it draws latents: ``normal``, or the ends of what is uniform, ``-1 1`` or ``0 1``.
    span : (float, float)
    asks : tuple of str
        Questions that are left open.
    prefix : str
        Before the names of its weights in its checkpoints.
    codes : int
        Of the latent's last numbers, how many are a code or choose a class, uniform from -1 to 1.
    names : tuple of str
        What these are called.
    """

    text: str
    build: str = "Generator()"
    paint: str = "net(z)"
    latent: int = 100
    classes: int = 0
    prior: str = "normal"
    span: tuple[float, float] = (-1.0, 1.0)
    prefix: str = ""
    asks: tuple[str, ...] = ()
    codes: int = 0
    names: tuple[str, ...] = ("code 1", "code 2")


_OPTIONS = (
    HEAD
    + """
parser = argparse.ArgumentParser()
parser.add_argument("--n_epochs", type=int, default=200, help="how long")
parser.add_argument("--batch_size", type=int, default=64)
parser.add_argument("--lr", type=float, default=0.0002)
parser.add_argument("--latent_dim", type=int, default={latent}, help="of the noise")
parser.add_argument("--n_classes", type=int, default=10)
parser.add_argument("--code_dim", type=int, default=2)
parser.add_argument("--img_size", type=int, default=32)
parser.add_argument("--channels", type=int, default=1)
opt = parser.parse_args()
print(opt)
img_shape = (opt.channels, opt.img_size, opt.img_size)
cuda = True if torch.cuda.is_available() else False

def weights_init_normal(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        torch.nn.init.normal_(m.weight.data, 0.0, 0.02)
"""
)
_LOOP = """
if __name__ == "__main__":
    os.makedirs("images", exist_ok=True)
    generator = Generator()
    if cuda:
        generator.cuda()
    generator.apply(weights_init_normal)
    dataloader = torch.utils.data.DataLoader(datasets.MNIST("data"), batch_size=opt.batch_size, shuffle=True)
    optimizer = torch.optim.Adam(generator.parameters(), lr=opt.lr)
    for epoch in range(opt.n_epochs):
        for i, (imgs, _) in enumerate(dataloader):
            z = Variable(torch.FloatTensor(np.random.normal(0, 1, (imgs.shape[0], opt.latent_dim))))
            gen_imgs = generator(z)
            print("[Epoch %d/%d]" % (epoch, opt.n_epochs))
"""
_BLOCKS = """
        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers
"""
_UPSAMPLES = """
        self.init_size = opt.img_size // 4
        self.l1 = nn.Sequential(nn.Linear({enters}, 64 * self.init_size ** 2))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(64),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(64, 64, 3, stride=1, padding=1),
            nn.BatchNorm2d(64, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(64, 32, 3, stride=1, padding=1),
            nn.BatchNorm2d(32, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(32, opt.channels, 3, stride=1, padding=1),
            nn.Tanh(),
        )
"""
_PAINTS = """
        out = self.l1({enters})
        out = out.view(out.shape[0], 64, self.init_size, self.init_size)
        return self.conv_blocks(out)
"""


def _options(latent: int) -> str:
    return _OPTIONS.replace("{latent}", str(latent))


PYTORCH_GAN_DCGAN = Layout(
    _options(100)
    + "class Generator(nn.Module):\n    def __init__(self):\n        super(Generator, self).__init__()\n"
    + _UPSAMPLES.format(enters="opt.latent_dim")
    + "\n    def forward(self, z):"
    + _PAINTS.format(enters="z")
    + _LOOP
)

PYTORCH_GAN_ACGAN = Layout(
    _options(100)
    + "class Generator(nn.Module):\n    def __init__(self):\n        super(Generator, self).__init__()\n"
    + "        self.label_emb = nn.Embedding(opt.n_classes, opt.latent_dim)\n"
    + _UPSAMPLES.format(enters="opt.latent_dim")
    + "\n    def forward(self, noise, labels):\n        gen_input = torch.mul(self.label_emb(labels), noise)"
    + _PAINTS.format(enters="gen_input")
    + _LOOP,
    paint="net(z, label)",
    classes=10,
)

PYTORCH_GAN_INFOGAN = Layout(
    _options(62)
    + "class Generator(nn.Module):\n    def __init__(self):\n        super(Generator, self).__init__()\n"
    + "        input_dim = opt.latent_dim + opt.n_classes + opt.code_dim\n"
    + _UPSAMPLES.format(enters="input_dim")
    + "\n    def forward(self, noise, labels, code):\n        gen_input = torch.cat((noise, labels, code), -1)"
    + _PAINTS.format(enters="gen_input")
    + _LOOP,
    paint="net(z[:, :62], F.one_hot(label, 10).float(), z[:, 62:])",
    latent=64,
    codes=2,
    classes=10,
)

PYTORCH_GAN_CGAN = Layout(
    _options(100)
    + "class Generator(nn.Module):\n    def __init__(self):\n        super(Generator, self).__init__()\n"
    + "        self.label_emb = nn.Embedding(opt.n_classes, opt.n_classes)\n"
    + _BLOCKS
    + """
        self.model = nn.Sequential(
            *block(opt.latent_dim + opt.n_classes, 64, normalize=False),
            *block(64, 128),
            nn.Linear(128, int(np.prod(img_shape))),
            nn.Tanh()
        )

    def forward(self, noise, labels):
        # class first
        gen_input = torch.cat((self.label_emb(labels), noise), -1)
        img = self.model(gen_input)
        img = img.view(img.size(0), *img_shape)
        return img
"""
    + _LOOP,
    paint="net(z, label)",
    classes=10,
)

PYTORCH_GAN_MLP = Layout(  # gan, wgan and wgan-gp
    _options(100)
    + "class Generator(nn.Module):\n    def __init__(self):\n        super(Generator, self).__init__()\n"
    + _BLOCKS
    + """
        self.model = nn.Sequential(
            *block(opt.latent_dim, 128, normalize=False),
            *block(128, 256),
            nn.Linear(256, int(np.prod(img_shape))),
            nn.Tanh()
        )

    def forward(self, z):
        img = self.model(z)
        img = img.view(img.shape[0], *img_shape)
        return img

class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(nn.Linear(int(np.prod(img_shape)), 128), nn.LeakyReLU(0.2), nn.Linear(128, 1))

    def forward(self, img):
        return self.model(img.view(img.shape[0], -1))
"""
    + _LOOP
)

PYTORCH_GAN_AAE = Layout(
    _options(10)
    + """
class Decoder(nn.Module):
    def __init__(self):
        super(Decoder, self).__init__()
        self.model = nn.Sequential(
            nn.Linear(opt.latent_dim, 128),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(128, 128),
            nn.BatchNorm1d(128),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(128, int(np.prod(img_shape))),
            nn.Tanh(),
        )

    def forward(self, z):
        img_flat = self.model(z)
        return img_flat.view(img_flat.shape[0], *img_shape)
"""
    + "z = Variable(torch.Tensor(np.random.normal(0, 1, (25, opt.latent_dim))))\n",
    build="Decoder()",
    latent=10,
)

UNIFORM_COLLECTION = Layout(  # uniform latents, initial weights by a method
    HEAD
    + """
def initialize_weights(net):
    for m in net.modules():
        if isinstance(m, nn.Linear):
            m.weight.data.normal_(0, 0.02)
            m.bias.data.zero_()

class generator(nn.Module):
    def __init__(self, input_dim=100, output_dim=1, input_size=32):
        super(generator, self).__init__()
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.input_size = input_size
        self.fc = nn.Sequential(
            nn.Linear(self.input_dim, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Linear(128, 32 * (self.input_size // 4) * (self.input_size // 4)),
            nn.BatchNorm1d(32 * (self.input_size // 4) * (self.input_size // 4)),
            nn.ReLU(),
        )
        self.deconv = nn.Sequential(
            nn.ConvTranspose2d(32, 16, 4, 2, 1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, self.output_dim, 4, 2, 1),
            nn.Tanh(),
        )
        initialize_weights(self)

    def forward(self, input):
        x = self.fc(input)
        x = x.view(-1, 32, (self.input_size // 4), (self.input_size // 4))
        x = self.deconv(x)
        return x

class GAN(object):
    def __init__(self, args):
        self.z_dim = 62
        self.G = generator(input_dim=self.z_dim, output_dim=3, input_size=args.input_size)
        self.sample_z_ = torch.rand((self.batch_size, self.z_dim))

    def train(self):
        z_ = torch.rand((self.batch_size, self.z_dim))
        G_ = self.G(z_)
""",
    build="generator(62, 3)",
    latent=62,
    prior="0 1",
)

UNIFORM_CGAN = Layout(  # two entrances, one for noise, one for labels in one-hot
    HEAD
    + """
def normal_init(m, mean, std):
    if isinstance(m, nn.Linear):
        m.weight.data.normal_(mean, std)
        m.bias.data.zero_()

class generator(nn.Module):
    def __init__(self):
        super(generator, self).__init__()
        self.fc1_1 = nn.Linear(100, 64)
        self.fc1_1_bn = nn.BatchNorm1d(64)
        self.fc1_2 = nn.Linear(10, 64)
        self.fc1_2_bn = nn.BatchNorm1d(64)
        self.fc2 = nn.Linear(128, 128)
        self.fc2_bn = nn.BatchNorm1d(128)
        self.fc4 = nn.Linear(128, 784)

    def weight_init(self, mean, std):
        for m in self._modules:
            normal_init(self._modules[m], mean, std)

    def forward(self, input, label):
        x = F.relu(self.fc1_1_bn(self.fc1_1(input)))
        y = F.relu(self.fc1_2_bn(self.fc1_2(label)))
        x = torch.cat([x, y], 1)
        x = F.relu(self.fc2_bn(self.fc2(x)))
        x = F.tanh(self.fc4(x))
        return x

temp_z_ = torch.rand(10, 100)
fixed_z_ = temp_z_
G = generator()
G.weight_init(mean=0, std=0.02)

def train():
    for epoch in range(50):
        for x_, y_ in train_loader:
            z_ = torch.rand((mini_batch, 100))
""",
    build="generator()",
    paint="net(z, F.one_hot(label, 10).float())",
    classes=10,
    prior="0 1",
)

CONDITIONAL_DCGAN = Layout(  # two entrances of one pixel
    HEAD
    + """
class generator(nn.Module):
    def __init__(self, d=128):
        super(generator, self).__init__()
        self.deconv1_1 = nn.ConvTranspose2d(100, d*2, 4, 1, 0)
        self.deconv1_1_bn = nn.BatchNorm2d(d*2)
        self.deconv1_2 = nn.ConvTranspose2d(10, d*2, 4, 1, 0)
        self.deconv1_2_bn = nn.BatchNorm2d(d*2)
        self.deconv2 = nn.ConvTranspose2d(d*4, d*2, 4, 2, 1)
        self.deconv2_bn = nn.BatchNorm2d(d*2)
        self.deconv4 = nn.ConvTranspose2d(d*2, 1, 4, 2, 1)

    def forward(self, input, label):
        x = F.relu(self.deconv1_1_bn(self.deconv1_1(input)))
        y = F.relu(self.deconv1_2_bn(self.deconv1_2(label)))
        x = torch.cat([x, y], 1)
        x = F.relu(self.deconv2_bn(self.deconv2(x)))
        x = torch.tanh(self.deconv4(x))
        return x

fixed_z_ = torch.randn(10, 100).view(-1, 100, 1, 1)
onehot = torch.zeros(10, 10)
G = generator(16)
""",
    build="generator(16)",
    paint="net(z[..., None, None], F.one_hot(label, 10).float()[..., None, None])",
    classes=10,
)

CROPPED_WGAN = Layout(  # 28 pixels, cut out of what transposed convolutions give
    HEAD
    + """
DIM = 16
OUTPUT_DIM = 784
BATCH_SIZE = 50

class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()
        preprocess = nn.Sequential(nn.Linear(128, 4*4*4*DIM), nn.ReLU(True))
        block1 = nn.Sequential(nn.ConvTranspose2d(4*DIM, 2*DIM, 5), nn.ReLU(True))
        block2 = nn.Sequential(nn.ConvTranspose2d(2*DIM, DIM, 5), nn.ReLU(True))
        deconv_out = nn.ConvTranspose2d(DIM, 1, 8, stride=2)
        self.block1 = block1
        self.block2 = block2
        self.deconv_out = deconv_out
        self.preprocess = preprocess
        self.sigmoid = nn.Sigmoid()

    def forward(self, input):
        output = self.preprocess(input)
        output = output.view(-1, 4*DIM, 4, 4)
        output = self.block1(output)
        output = output[:, :, :7, :7]
        output = self.block2(output)
        output = self.deconv_out(output)
        output = self.sigmoid(output)
        return output.view(-1, OUTPUT_DIM)

netG = Generator()
noise = torch.randn(BATCH_SIZE, 128)
""",
    latent=128,
    span=(0.0, 1.0),
)

VANILLA_VAE = Layout(  # of a collection of VAEs; it draws its own latents
    """
import torch
from models import BaseVAE
from torch import nn
from torch.nn import functional as F
from .types_ import *


class VanillaVAE(BaseVAE):
    def __init__(self, in_channels: int, latent_dim: int, hidden_dims: List = None, **kwargs) -> None:
        super(VanillaVAE, self).__init__()
        self.latent_dim = latent_dim
        modules = []
        if hidden_dims is None:
            hidden_dims = [8, 16, 32]
        for h_dim in hidden_dims:
            modules.append(
                nn.Sequential(
                    nn.Conv2d(in_channels, out_channels=h_dim, kernel_size=3, stride=2, padding=1),
                    nn.BatchNorm2d(h_dim),
                    nn.LeakyReLU())
            )
            in_channels = h_dim
        self.encoder = nn.Sequential(*modules)
        self.fc_mu = nn.Linear(hidden_dims[-1]*16, latent_dim)
        self.fc_var = nn.Linear(hidden_dims[-1]*16, latent_dim)
        modules = []
        self.decoder_input = nn.Linear(latent_dim, hidden_dims[-1] * 16)
        hidden_dims.reverse()
        for i in range(len(hidden_dims) - 1):
            modules.append(
                nn.Sequential(
                    nn.ConvTranspose2d(hidden_dims[i], hidden_dims[i + 1], kernel_size=3, stride=2,
                                       padding=1, output_padding=1),
                    nn.BatchNorm2d(hidden_dims[i + 1]),
                    nn.LeakyReLU())
            )
        self.decoder = nn.Sequential(*modules)
        self.final_layer = nn.Sequential(
            nn.ConvTranspose2d(hidden_dims[-1], hidden_dims[-1], kernel_size=3, stride=2, padding=1, output_padding=1),
            nn.BatchNorm2d(hidden_dims[-1]),
            nn.LeakyReLU(),
            nn.Conv2d(hidden_dims[-1], out_channels=3, kernel_size=3, padding=1),
            nn.Tanh())

    def encode(self, input: Tensor) -> List[Tensor]:
        result = self.encoder(input)
        result = torch.flatten(result, start_dim=1)
        mu = self.fc_mu(result)
        log_var = self.fc_var(result)
        return [mu, log_var]

    def decode(self, z: Tensor) -> Tensor:
        result = self.decoder_input(z)
        result = result.view(-1, 32, 4, 4)
        result = self.decoder(result)
        result = self.final_layer(result)
        return result

    def reparameterize(self, mu: Tensor, logvar: Tensor) -> Tensor:
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return eps * std + mu

    def forward(self, input: Tensor, **kwargs) -> List[Tensor]:
        mu, log_var = self.encode(input)
        z = self.reparameterize(mu, log_var)
        return [self.decode(z), input, mu, log_var]

    def loss_function(self, *args, **kwargs) -> dict:
        recons = args[0]
        return {'loss': F.mse_loss(recons, args[1])}

    def sample(self, num_samples: int, current_device: int, **kwargs) -> Tensor:
        z = torch.randn(num_samples, self.latent_dim)
        z = z.to(current_device)
        samples = self.decode(z)
        return samples

    def generate(self, x: Tensor, **kwargs) -> Tensor:
        return self.forward(x)[0]
""",
    build="VanillaVAE(3, 16)",
    paint="net.decode(z)",
    latent=16,
    prefix="model.",
)

CONDITIONAL_VAE = Layout(  # of the same collection: the class joins the latent where it samples
    HEAD
    + """
class ConditionalVAE(BaseVAE):
    def __init__(self, in_channels: int, num_classes: int, latent_dim: int, img_size: int = 64, **kwargs) -> None:
        super(ConditionalVAE, self).__init__()
        self.latent_dim = latent_dim
        self.img_size = img_size
        self.embed_class = nn.Linear(num_classes, img_size * img_size)
        self.embed_data = nn.Conv2d(in_channels, in_channels, kernel_size=1)
        self.encoder = nn.Sequential(nn.Conv2d(in_channels + 1, 16, 3, 4, 1), nn.BatchNorm2d(16), nn.LeakyReLU())
        self.fc_mu = nn.Linear(16 * 64, latent_dim)
        self.fc_var = nn.Linear(16 * 64, latent_dim)
        self.decoder_input = nn.Linear(latent_dim + num_classes, 16 * 16)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(16, 8, kernel_size=3, stride=2, padding=1, output_padding=1),
            nn.BatchNorm2d(8),
            nn.LeakyReLU(),
            nn.Upsample(scale_factor=4),
            nn.Conv2d(8, 3, kernel_size=3, padding=1),
            nn.Tanh())

    def encode(self, input):
        result = self.encoder(input)
        result = torch.flatten(result, start_dim=1)
        return [self.fc_mu(result), self.fc_var(result)]

    def decode(self, z):
        result = self.decoder_input(z)
        result = result.view(-1, 16, 4, 4)
        return self.decoder(result)

    def forward(self, input, **kwargs):
        y = kwargs['labels'].float()
        embedded_class = self.embed_class(y)
        embedded_class = embedded_class.view(-1, self.img_size, self.img_size).unsqueeze(1)
        x = torch.cat([self.embed_data(input), embedded_class], dim=1)
        mu, log_var = self.encode(x)
        z = torch.cat([mu, y], dim=1)
        return [self.decode(z), input, mu, log_var]

    def sample(self, num_samples: int, current_device: int, **kwargs):
        y = kwargs['labels'].float()
        z = torch.randn(num_samples, self.latent_dim)
        z = z.to(current_device)
        z = torch.cat([z, y], dim=1)
        samples = self.decode(z)
        return samples
""",
    build="ConditionalVAE(3, 40, 12, 32)",
    paint="net.decode(torch.cat([z, F.one_hot(label, 40).float()], 1))",
    latent=12,
    classes=40,
)

CONDITIONAL_WGAN_GP = Layout(  # an embedding of the class as more channels of one pixel, in a file of its own
    HEAD
    + """
class Generator(nn.Module):
    def __init__(self, channels_noise, channels_img, features_g, num_classes, img_size, embed_size):
        super(Generator, self).__init__()
        self.img_size = img_size
        self.net = nn.Sequential(
            # Input: N x channels_noise x 1 x 1
            self._block(channels_noise + embed_size, features_g * 4, 4, 1, 0),
            self._block(features_g * 4, features_g * 2, 4, 2, 1),
            nn.ConvTranspose2d(features_g * 2, channels_img, kernel_size=4, stride=2, padding=1),
            nn.Tanh(),
        )
        self.embed = nn.Embedding(num_classes, embed_size)

    def _block(self, in_channels, out_channels, kernel_size, stride, padding):
        return nn.Sequential(
            nn.ConvTranspose2d(in_channels, out_channels, kernel_size, stride, padding, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )

    def forward(self, x, labels):
        embedding = self.embed(labels).unsqueeze(2).unsqueeze(3)
        x = torch.cat([x, embedding], dim=1)
        return self.net(x)

Z_DIM = 100
GEN_EMBEDDING = 20
gen = Generator(Z_DIM, 1, 8, 10, 16, GEN_EMBEDDING)
noise = torch.randn(32, Z_DIM, 1, 1)
""",
    build="Generator(100, 1, 8, 10, 16, 20)",
    paint="net(z[..., None, None], label)",
    classes=10,
)

TUTORIAL_DCGAN = Layout(  # with ngpu, and options for its sizes
    """
from __future__ import print_function
import argparse
import torch
import torch.nn as nn
import torch.nn.parallel

parser = argparse.ArgumentParser()
parser.add_argument('--nz', type=int, default=100, help='size of the latent z vector')
parser.add_argument('--ngf', type=int, default=8)
parser.add_argument('--ngpu', type=int, default=1)
parser.add_argument('--dry-run', action='store_true', help='check a single cycle')
opt = parser.parse_args()
ngpu = int(opt.ngpu)
nz = int(opt.nz)
ngf = int(opt.ngf)
nc = 3
device = torch.device("cuda:0" if opt.dry_run else "cpu")

class Generator(nn.Module):
    def __init__(self, ngpu):
        super(Generator, self).__init__()
        self.ngpu = ngpu
        self.main = nn.Sequential(
            nn.ConvTranspose2d(     nz, ngf * 4, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2,      nc, 4, 2, 1, bias=False),
            nn.Tanh()
        )

    def forward(self, input):
        if input.is_cuda and self.ngpu > 1:
            output = nn.parallel.data_parallel(self.main, input, range(self.ngpu))
        else:
            output = self.main(input)
        return output

netG = Generator(ngpu).to(device)
fixed_noise = torch.randn(64, nz, 1, 1, device=device)
""",
    build="Generator(1)",
    paint="net(z[..., None, None])",
    prefix="module.",
)

EXAMPLE_VAE = Layout(  # dense, with flat pictures from 0 to 1
    HEAD
    + """
class VAE(nn.Module):
    def __init__(self):
        super(VAE, self).__init__()
        self.fc1 = nn.Linear(784, 40)
        self.fc21 = nn.Linear(40, 20)
        self.fc22 = nn.Linear(40, 20)
        self.fc3 = nn.Linear(20, 40)
        self.fc4 = nn.Linear(40, 784)

    def encode(self, x):
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5*logvar)
        eps = torch.randn_like(std)
        return mu + eps*std

    def decode(self, z):
        h3 = F.relu(self.fc3(z))
        return torch.sigmoid(self.fc4(h3))

    def forward(self, x):
        mu, logvar = self.encode(x.view(-1, 784))
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar

device = torch.device("cpu")
model = VAE().to(device)

def test(epoch):
    with torch.no_grad():
        sample = torch.randn(64, 20).to(device)
        sample = model.decode(sample).cpu()
""",
    build="VAE()",
    paint="net.decode(z)",
    latent=20,
    span=(0.0, 1.0),
)

SNGAN_RESIDUAL = Layout(  # residual blocks, spectral norm, class-conditional batch norm
    HEAD
    + """
from torch.nn.utils import spectral_norm

class ConditionalBatchNorm2d(nn.Module):
    def __init__(self, num_features, num_classes):
        super().__init__()
        self.num_features = num_features
        self.bn = nn.BatchNorm2d(num_features, affine=False)
        self.embed = nn.Embedding(num_classes, num_features * 2)
        self.embed.weight.data[:, :num_features].normal_(1, 0.02)
        self.embed.weight.data[:, num_features:].zero_()

    def forward(self, x, y):
        out = self.bn(x)
        gamma, beta = self.embed(y).chunk(2, 1)
        return gamma.view(-1, self.num_features, 1, 1) * out + beta.view(-1, self.num_features, 1, 1)

class GBlock(nn.Module):
    def __init__(self, in_channels, out_channels, num_classes, upsample=True):
        super().__init__()
        self.activation = nn.ReLU()
        self.upsample = upsample
        self.learnable_sc = in_channels != out_channels or upsample
        self.c1 = spectral_norm(nn.Conv2d(in_channels, out_channels, 3, 1, 1))
        self.c2 = spectral_norm(nn.Conv2d(out_channels, out_channels, 3, 1, 1))
        self.b1 = ConditionalBatchNorm2d(in_channels, num_classes)
        self.b2 = ConditionalBatchNorm2d(out_channels, num_classes)
        if self.learnable_sc:
            self.c_sc = spectral_norm(nn.Conv2d(in_channels, out_channels, 1, 1, 0))

    def _upsample_conv(self, x, conv):
        return conv(F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False))

    def _residual(self, x, y):
        h = self.activation(self.b1(x, y))
        h = self._upsample_conv(h, self.c1) if self.upsample else self.c1(h)
        return self.c2(self.activation(self.b2(h, y)))

    def _shortcut(self, x):
        if self.learnable_sc:
            return self._upsample_conv(x, self.c_sc) if self.upsample else self.c_sc(x)
        return x

    def forward(self, x, y):
        return self._residual(x, y) + self._shortcut(x)

class SNGANGenerator(nn.Module):
    def __init__(self, num_classes, nz=128, ngf=32, bottom_width=4):
        super().__init__()
        self.bottom_width = bottom_width
        self.l1 = nn.Linear(nz, (bottom_width ** 2) * ngf)
        self.blocks = nn.ModuleList([GBlock(ngf, ngf, num_classes) for _ in range(3)])
        self.b5 = nn.BatchNorm2d(ngf)
        self.c5 = nn.Conv2d(ngf, 3, 3, 1, padding=1)
        nn.init.xavier_uniform_(self.l1.weight.data, 1.0)

    def forward(self, x, y=None):
        if y is None:
            y = torch.randint(low=0, high=10, size=(x.shape[0],), device=x.device)
        h = self.l1(x)
        h = h.view(x.shape[0], -1, self.bottom_width, self.bottom_width)
        for block in self.blocks:
            h = block(h, y)
        h = F.relu(self.b5(h))
        return torch.tanh(self.c5(h))

netG = SNGANGenerator(num_classes=7, nz=64)
noise = torch.randn((16, 64))
""",
    build="SNGANGenerator(7, 64)",
    paint="net(z, label)",
    latent=64,
    classes=7,
)

PIXEL_SHUFFLE = Layout(  # weight norm, pixel shuffle, instance and group norm, activations of many kinds
    HEAD
    + """
from collections import OrderedDict
from torch.nn.utils.parametrizations import weight_norm

def up(i, o, act):
    return nn.Sequential(OrderedDict([
        ('conv', weight_norm(nn.Conv2d(i, o * 4, kernel_size=3, padding=1, padding_mode='zeros'))),
        ('shuffle', nn.PixelShuffle(2)),
        ('norm', nn.GroupNorm(4, o)),
        ('act', act),
    ]))

acts = {'mish': nn.Mish(), 'gelu': nn.GELU(), 'selu': nn.SELU(), 'softplus': nn.Softplus()}

class ShuffleGenerator(nn.Module):
    def __init__(self, z_dim=48, widths=(32, 24, 16, 8)):
        super().__init__()
        numbers = widths[0] * 5 * 5
        self.project = nn.Sequential(nn.Linear(z_dim, numbers), nn.LayerNorm(numbers), nn.LeakyReLU(0.3))
        self.ups = nn.ModuleList()
        for (i, o), key in zip(zip(widths[:-1], widths[1:]), ['mish', 'selu', 'softplus']):
            self.ups.append(up(i, o, acts[key]))
        last = [nn.ReflectionPad2d(1), nn.Conv2d(widths[-1], 3, 3), nn.InstanceNorm2d(3)]
        self.add_module('to_rgb', nn.Sequential(*last))

    def forward(self, z):
        x = self.project(z).unflatten(1, (-1, 5, 5))
        for i, layer in enumerate(self.ups):
            x = layer(x)
        return self.to_rgb(x).tanh() * 0.5 + 0.5

z_dim = 48
z = torch.empty(8, z_dim).uniform_(-1, 1)
""",
    build="ShuffleGenerator()",
    latent=48,
    prior="-1 1",
    span=(0.0, 1.0),
)

PADDED_28 = Layout(  # 28 pixels by a padding of two; batch norm behind the activation; no last activation
    HEAD
    + """
from torchvision import transforms
transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])

class Net(nn.Module):
    def __init__(self, d=64):
        super().__init__()
        self.d = d
        self.seq = nn.Sequential(
            nn.ConvTranspose2d(d, 32, 4), nn.ReLU(), nn.BatchNorm2d(32, momentum=0.5),
            nn.ConvTranspose2d(32, 16, 4, 2, padding=1), nn.ELU(), nn.BatchNorm2d(16),
            nn.ConvTranspose2d(16, 8, 4, stride=2, padding=2), nn.PReLU(8),
            nn.ConvTranspose2d(8, 1, kernel_size=4, stride=2, padding=1),
        )

    def forward(self, z):
        return self.seq(z.reshape(-1, self.d, 1, 1))

model = Net()
z = torch.randn(5, 64)
""",
    build="Net()",
    latent=64,
    span=(-0.1307 / 0.3081, (1 - 0.1307) / 0.3081),
)

SEQUENTIAL_SCRIPT = Layout(  # no class at all
    HEAD
    + """
latent_size = 64
hidden_size = 128
image_size = 784
G = nn.Sequential(
    nn.Linear(latent_size, hidden_size),
    nn.ReLU(),
    nn.Linear(hidden_size, hidden_size),
    nn.ReLU(),
    nn.Linear(hidden_size, image_size),
    nn.Tanh())
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
G = G.to(device)
z = torch.randn(100, latent_size).to(device)
""",
    build="G",
    latent=64,
)

FROM_MAIN = Layout(  # everything inside a function; a residual perceptron with settings of a class
    HEAD
    + """
from dataclasses import dataclass

@dataclass
class Config:
    latent_dim: int = 24
    width: int = 64
    side: int = 12
    slope: float = 0.1

class Residual(nn.Module):
    def __init__(self, n, slope):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(n, n), nn.BatchNorm1d(n), nn.LeakyReLU(slope), nn.Linear(n, n))

    def forward(self, x):
        return x + 0.5 * self.f(x)

class Generator(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.first = nn.Linear(config.latent_dim, config.width)
        self.body = nn.Sequential(*[Residual(config.width, config.slope) for _ in range(3)])
        self.last = nn.Linear(config.width, 3 * config.side ** 2)

    def forward(self, z):
        x = self.body(F.leaky_relu(self.first(z), self.config.slope))
        x = torch.sigmoid(self.last(x))
        return x.view(z.size(0), 3, self.config.side, self.config.side)

def main():
    config = Config(latent_dim=20)
    data = load_everything()
    netG = Generator(config)
    for batch in data:
        noise = torch.randn(batch.size(0), config.latent_dim)

if __name__ == '__main__':
    main()
""",
    build="Generator(Config(latent_dim=20))",
    latent=20,
    span=(0.0, 1.0),
)

ONE_HOT_LAST = Layout(  # one-hot made inside, behind the latent, and a scaled last activation
    HEAD
    + """
class CondG(nn.Module):
    def __init__(self, nz=30, n_classes=6, ch=16):
        super(CondG, self).__init__()
        self.n_classes = n_classes
        self.nz = nz
        self.fc = nn.Linear(nz + n_classes, ch * 16)
        self.net = nn.Sequential(
            nn.Unflatten(1, (ch, 4, 4)),
            nn.BatchNorm2d(ch), nn.SiLU(),
            nn.UpsamplingNearest2d(scale_factor=2), nn.Conv2d(ch, ch, 3, padding='same'), nn.BatchNorm2d(ch), nn.SiLU(),
            nn.UpsamplingBilinear2d(scale_factor=2), nn.Conv2d(ch, 4, 3, padding=1), nn.Hardtanh(),
        )

    def forward(self, z, y):
        one_hot = F.one_hot(y, num_classes=self.n_classes).float()
        return self.net(self.fc(torch.cat([z, one_hot], dim=1)))

netG = CondG()
z = torch.randn(4, netG.nz)
""",
    build="CondG()",
    paint="net(z, label)",
    latent=30,
    classes=6,
)

INHERITED = Layout(  # blocks that descend from Sequential, a base class, self-made layers, a property
    HEAD
    + """
class ConvBlock(nn.Sequential):
    def __init__(self, i, o, **kw):
        super().__init__(nn.Conv2d(i, o, 3, padding=1, **kw), nn.InstanceNorm2d(o, affine=True), Swish())

class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)

class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.view(x.size(0), *self.shape)

class Base(nn.Module):
    channels = 3
    def __init__(self, z):
        super().__init__()
        self.z = z
        self.scale = nn.Parameter(torch.ones(1, 3, 1, 1))
        self.register_buffer('shift', torch.zeros(3))
        self.build()
    @property
    def width(self):
        return 24
    def build(self):
        pass

class Deep(Base):
    def build(self):
        layers = [nn.Linear(self.z, self.width * 16), Reshape(self.width, 4, 4)]
        size, width = 4, self.width
        while size < 16:
            layers += [nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)]
            layers += [ConvBlock(width, width // 2, bias=False)]
            size *= 2
            width //= 2
        self.net = nn.Sequential(*layers)
        self.out = nn.Conv2d(width, self.channels, 1)
    def forward(self, noise):
        h = self.net(noise)
        h = self.out(h) * self.scale + self.shift.view(1, -1, 1, 1)
        return h.clamp(-1, 1)

net = Deep(40)
noise = torch.randn(2, 40)
""",
    build="Deep(40)",
    latent=40,
)

ADAPTIVE_STYLE = (
    Layout(  # styles by adaptive instance norm, a weight that is learnt, an equalised layer, no noise in eval
        HEAD
        + """
import math
class EqualLinear(nn.Module):
    def __init__(self, i, o, gain=2 ** 0.5):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(o, i))
        self.bias = nn.Parameter(torch.zeros(o))
        self.scale = gain / math.sqrt(i)
    def forward(self, x):
        return F.linear(x, self.weight * self.scale, self.bias)

class AdaIN(nn.Module):
    def __init__(self, channels, style):
        super().__init__()
        self.norm = nn.InstanceNorm2d(channels)
        self.style = EqualLinear(style, channels * 2, gain=1)
    def forward(self, x, w):
        gamma, beta = self.style(w).unsqueeze(2).unsqueeze(3).chunk(2, dim=1)
        return (1 + gamma) * self.norm(x) + beta

class StyleG(nn.Module):
    def __init__(self, code_dim=32, ch=16, n_mlp=3):
        super().__init__()
        mlp = []
        for i in range(n_mlp):
            mlp.append(EqualLinear(code_dim, code_dim))
            mlp.append(nn.LeakyReLU(0.2))
        self.mapping = nn.Sequential(*mlp)
        self.const = nn.Parameter(torch.randn(1, ch, 4, 4))
        self.convs = nn.ModuleList([nn.Conv2d(ch, ch, 3, 1, 1) for _ in range(2)])
        self.adains = nn.ModuleList([AdaIN(ch, code_dim) for _ in range(2)])
        self.rgb = nn.Conv2d(ch, 3, 1)
    def forward(self, input):
        input = input / torch.sqrt(torch.mean(input ** 2, dim=1, keepdim=True) + 1e-8)
        w = self.mapping(input)
        x = self.const.repeat(input.shape[0], 1, 1, 1)
        for conv, adain in zip(self.convs, self.adains):
            x = F.interpolate(x, scale_factor=2, mode='nearest')
            x = F.leaky_relu(adain(conv(x), w), 0.2)
        return torch.tanh(self.rgb(x))

G = StyleG()
noise = torch.randn(3, 32)
""",
        build="StyleG()",
        latent=32,
    )
)

JOINED_INFOGAN = Layout(  # noise, class and code are joined by the training program
    HEAD
    + """
params = {'batch_size': 128, 'num_epochs': 100, 'num_z': 62, 'num_dis_c': 1, 'dis_c_dim': 10, 'num_con_c': 2}

def noise_sample(n_dis_c, dis_c_dim, n_con_c, n_z, batch_size, device):
    z = torch.randn(batch_size, n_z, 1, 1, device=device)
    idx = np.zeros((n_dis_c, batch_size))
    dis_c = torch.zeros(batch_size, n_dis_c, dis_c_dim, device=device)
    dis_c = dis_c.view(batch_size, -1, 1, 1)
    con_c = torch.rand(batch_size, n_con_c, 1, 1, device=device) * 2 - 1
    noise = z
    if n_dis_c != 0:
        noise = torch.cat((z, dis_c), dim=1)
    if n_con_c != 0:
        noise = torch.cat((noise, con_c), dim=1)
    return noise, idx

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.tconv1 = nn.ConvTranspose2d(74, 64, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.tconv2 = nn.ConvTranspose2d(64, 32, 7, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.tconv3 = nn.ConvTranspose2d(32, 16, 4, 2, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(16)
        self.tconv4 = nn.ConvTranspose2d(16, 1, 4, 2, padding=1, bias=False)

    def forward(self, x):
        x = F.relu(self.bn1(self.tconv1(x)))
        x = F.relu(self.bn2(self.tconv2(x)))
        x = F.relu(self.bn3(self.tconv3(x)))
        img = torch.sigmoid(self.tconv4(x))
        return img
""",
    paint="net(torch.cat([z[:, :62], F.one_hot(label, 10).float(), z[:, 62:]], 1)[..., None, None])",
    latent=64,
    classes=10,
    span=(0.0, 1.0),
    asks=("parts",),
    codes=2,
)

SEVERAL_CATEGORIES = replace(  # four classes of ten and no other code than four numbers
    JOINED_INFOGAN,
    text=JOINED_INFOGAN.text.replace("'num_z': 62, 'num_dis_c': 1", "'num_z': 30, 'num_dis_c': 4").replace("74", "72"),
    paint="net(torch.cat([z[:, :30], *(F.one_hot(((z[:, n] + 1) * 5).long().clamp(0, 9), 10).float() "
    "for n in range(30, 34)), z[:, 34:]], 1)[..., None, None])",
    latent=36,
    classes=0,
    codes=6,
    names=("category 1", "category 2", "category 3", "category 4", "code 1", "code 2"),
)

QUANTISED_VAE = Layout(  # codes from a table
    HEAD
    + """
class VectorQuantizer(nn.Module):
    def __init__(self, num_embeddings, embedding_dim, beta=0.25):
        super(VectorQuantizer, self).__init__()
        self.K = num_embeddings
        self.D = embedding_dim
        self.embedding = nn.Embedding(self.K, self.D)
        self.embedding.weight.data.uniform_(-1 / self.K, 1 / self.K)

class ResidualLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super(ResidualLayer, self).__init__()
        self.resblock = nn.Sequential(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1, bias=False),
                                      nn.ReLU(True),
                                      nn.Conv2d(out_channels, out_channels, kernel_size=1, bias=False))

    def forward(self, input):
        return input + self.resblock(input)

class VQVAE(BaseVAE):
    def __init__(self, in_channels: int, embedding_dim: int, num_embeddings: int, img_size: int = 32, **kwargs) -> None:
        super(VQVAE, self).__init__()
        self.embedding_dim = embedding_dim
        self.img_size = img_size
        self.encoder = nn.Sequential(
            nn.Conv2d(in_channels, 16, 4, 2, 1), nn.LeakyReLU(), nn.Conv2d(16, embedding_dim, 4, 2, 1), nn.LeakyReLU())
        self.vq_layer = VectorQuantizer(num_embeddings, embedding_dim)
        modules = [nn.Sequential(nn.Conv2d(embedding_dim, 16, kernel_size=3, stride=1, padding=1), nn.LeakyReLU())]
        for _ in range(2):
            modules.append(ResidualLayer(16, 16))
        modules.append(nn.Sequential(nn.ConvTranspose2d(16, 8, kernel_size=4, stride=2, padding=1), nn.LeakyReLU()))
        last = nn.ConvTranspose2d(8, out_channels=3, kernel_size=4, stride=2, padding=1)
        modules.append(nn.Sequential(last, nn.Tanh()))
        self.decoder = nn.Sequential(*modules)

    def encode(self, input):
        return [self.encoder(input)]

    def decode(self, z):
        return self.decoder(z)

    def forward(self, input, **kwargs):
        encoding = self.encode(input)[0]
        quantized_inputs, vq_loss = self.vq_layer(encoding)
        return [self.decode(quantized_inputs), input, vq_loss]

    def sample(self, num_samples, current_device, **kwargs):
        raise Warning('VQVAE sampler is not implemented.')
""",
    build="VQVAE(3, 8, 20)",
    paint="net.decode(net.vq_layer.embedding(((z + 1) * 10).floor().clamp(0, 19).long())"
    ".view(-1, 8, 8, 8).permute(0, 3, 1, 2))",
    latent=64,
    prior="-1 1",
)

PYTORCH_GAN_LSGAN = Layout(
    PYTORCH_GAN_DCGAN.text.replace("nn.BatchNorm2d(64),\n            nn.Upsample", "nn.Upsample", 1).replace(
        "out.view(", "out.reshape("
    )
)

LAYOUTS = {name.lower(): value for name, value in globals().items() if isinstance(value, Layout)}
