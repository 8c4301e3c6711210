using System.Security.Cryptography;

namespace Ctm.Tasks.Packages;

/// <summary>A file that a package must hold, with the checksum of the contents that are meant.</summary>
/// <param name="Path">Path inside the package, such as <c>package/data/train-labels-idx1-ubyte</c>.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Sha256">SHA-256 of the contents, hexadecimal, lower case.</param>
internal sealed record PackageFile(string Path, long Length, string Sha256)
{
    /// <summary>Checks contents against what is meant.</summary>
    /// <exception cref="InvalidDataException">When they differ; says how.</exception>
    public void Check(ReadOnlySpan<byte> contents, string package)
    {
        if (contents.Length != Length)
        {
            throw new InvalidDataException($"{package}: {Path} has {contents.Length} bytes, it must have {Length}");
        }

        string found = Convert.ToHexStringLower(SHA256.HashData(contents));
        if (found != Sha256)
        {
            throw new InvalidDataException($"{package}: {Path} has the checksum {found}, it must be {Sha256}");
        }
    }
}
