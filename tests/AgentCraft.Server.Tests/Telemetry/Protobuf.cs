using System.Text;

namespace AgentCraft.Server.Tests.Telemetry;

/// <summary>So much of the wire format of protocol buffers as it takes to read what a collector is sent.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, byte[] Bytes, ulong Number)> _fields = [];

    private Protobuf(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            ulong key = Varint(bytes, ref at);
            switch (key & 7)
            {
                case 0:
                    _fields.Add(((int)(key >> 3), [], Varint(bytes, ref at)));
                    break;
                case 1:
                    _fields.Add(((int)(key >> 3), bytes.Slice(at, 8).ToArray(), 0));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(bytes, ref at);
                    _fields.Add(((int)(key >> 3), bytes.Slice(at, length).ToArray(), 0));
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    public static Protobuf Read(byte[] bytes) => new(bytes);

    public IEnumerable<Protobuf> All(params int[] path) => path is [var last] ? _fields.Where(field => field.Field == last).Select(field => Read(field.Bytes))
        : All(path[0]).SelectMany(inner => inner.All(path[1..]));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));

    public ulong Number(int field) => _fields.FirstOrDefault(one => one.Field == field).Number;

    /// <summary>OpenTelemetry's attributes, as text.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(pair => pair.Text(1), pair => pair.All(2).First() is var value && value.Bytes(1).Length > 0 ? value.Text(1) : $"{value.Number(3)}");

    private byte[] Bytes(int field) => _fields.FirstOrDefault(one => one.Field == field).Bytes ?? [];

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
