using System.Buffers.Binary;

namespace Ctm.Tasks.Images;

/// <summary>
/// Files of unsigned bytes in the IDX format of the MNIST data set: two zeros, type 8, the number of dimensions, each size as a
/// big-endian 32-bit integer, then the values, row-major.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;
    private const int MostDimensions = 4;

    /// <summary>Sizes and values of a file.</summary>
    /// <exception cref="InvalidDataException">When it is no such file, or its length does not fit its sizes; names the file.</exception>
    public static (int[] Sizes, byte[] Values) Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 4 || file[0] != 0 || file[1] != 0 || file[2] != UnsignedByte || file[3] is 0 or > MostDimensions)
        {
            throw new InvalidDataException($"{path}: not an IDX file of unsigned bytes");
        }

        int header = 4 + (4 * file[3]);
        var sizes = new int[file[3]];
        long length = 1;
        for (int i = 0; i < sizes.Length && file.Length >= header; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 + (4 * i)));
            length = sizes[i] is < 0 ? -1 : Math.Min(length * sizes[i], int.MaxValue);
            if (length < 0)
            {
                break;
            }
        }

        return file.Length - header == length
            ? (sizes, file[header..])
            : throw new InvalidDataException(FormattableString.Invariant(
                $"{path}: the header tells {length} values, the file has {Math.Max(0, file.Length - header)}: it is cut off or damaged"));
    }
}
