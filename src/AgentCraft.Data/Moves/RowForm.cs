using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data.Moves;

/// <summary>
/// The bytes that stand for a row whichever engine it was read from, and their SHA-256 over a table. Rows come in the order of their numbers.
/// </summary>
internal sealed class RowForm : IDisposable
{
    private const byte Null = 0, Whole = 1, Real = 2, Words = 3;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _row = new byte[4096];
    private int _length;

    /// <summary>How many rows were taken.</summary>
    public long Rows { get; private set; }

    /// <summary>The last one's bytes.</summary>
    public ReadOnlySpan<byte> Last => _row.AsSpan(0, _length);

    /// <summary>Takes the next row.</summary>
    public void Add(object?[] values)
    {
        _length = 0;
        foreach (object? value in values)
            Append(value);
        _hash.AppendData(Last);
        Rows++;
    }

    /// <summary>Of all rows, hexadecimal.</summary>
    public string Sum() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void Append(object? value)
    {
        switch (value)
        {
            case null:
                Room(1)[0] = Null;
                _length += 1;
                break;
            case long number:
                Append(Whole, number);
                break;
            case double number:
                // SQLite keeps no sign of zero.
                Append(Real, BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number));
                break;
            default:
                string text = (string)value;
                Span<byte> room = Room(9 + Encoding.UTF8.GetMaxByteCount(text.Length));
                int bytes = Encoding.UTF8.GetBytes(text, room[9..]);
                room[0] = Words;
                BinaryPrimitives.WriteInt64LittleEndian(room[1..], bytes);
                _length += 9 + bytes;
                break;
        }
    }

    private void Append(byte kind, long bits)
    {
        Span<byte> room = Room(9);
        room[0] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(room[1..], bits);
        _length += 9;
    }

    private Span<byte> Room(int bytes)
    {
        if (_row.Length - _length < bytes)
            Array.Resize(ref _row, Math.Max(_row.Length * 2, _length + bytes));
        return _row.AsSpan(_length);
    }
}
