using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace AgentCraft.Testing;

/// <summary>
/// One connection through a <see cref="FaultProxy"/>, message by message (PostgreSQL, "Frontend/Backend Protocol"): a letter, a length that
/// counts itself, the body; only the first message has no letter.
/// </summary>
internal sealed class ProxiedConnection(FaultProxy proxy, TcpClient client)
{
    private const byte Query = (byte)'Q', Parse = (byte)'P', Bind = (byte)'B', Sync = (byte)'S', ReadyForQuery = (byte)'Z';
    private const int AskForTls = 80877103, AskForGss = 80877104;
    private const int LetterAndLength = 5;

    private readonly TcpClient _server = new() { NoDelay = true };
    private readonly Dictionary<string, string> _prepared = [];
    private ProxyFault? _due;

    // The server says once that it is ready, and then once for each of these.
    private int _syncs;
    private volatile int _lostAnswer;

    /// <summary>Carries messages both ways until one side ends.</summary>
    public async Task Run(string host, int port)
    {
        client.NoDelay = true;
        await _server.ConnectAsync(host, port);
        NetworkStream near = client.GetStream(), far = _server.GetStream();
        await far.WriteAsync(await FirstMessage(near));
        await Task.WhenAny(ToServer(near, far), ToClient(far, near)).Unwrap();
    }

    /// <summary>Closes it in both directions.</summary>
    public void Cut()
    {
        client.Dispose();
        _server.Dispose();
    }

    // Encryption is refused, or there would be nothing to read.
    private static async Task<byte[]> FirstMessage(NetworkStream near)
    {
        while (true)
        {
            byte[] length = new byte[4];
            await near.ReadExactlyAsync(length);
            byte[] message = [.. length, .. new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4]];
            await near.ReadExactlyAsync(message.AsMemory(4));
            if (BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(4)) is not (AskForTls or AskForGss))
                return message;
            await near.WriteAsync("N"u8.ToArray());
        }
    }

    private async Task ToServer(NetworkStream near, NetworkStream far)
    {
        while (await Next(near) is { } message)
        {
            if (proxy.Delay > TimeSpan.Zero)
                await Task.Delay(proxy.Delay);
            if (StatementOf(message) is { } statement && proxy.TakeFault(statement) is { } fault && !Begin(fault))
                return;
            if (message[0] is Sync or Query)
                _syncs++;
            await far.WriteAsync(message);
        }
    }

    /// <summary>False when the connection is cut now.</summary>
    private bool Begin(ProxyFault fault)
    {
        if (fault.AfterAnswer)
        {
            _due = fault;
            _lostAnswer = _syncs + 1;
            return true;
        }
        Cut();
        fault.Happened.SetResult();
        return false;
    }

    private async Task ToClient(NetworkStream far, NetworkStream near)
    {
        int answers = -1;
        while (await Next(far) is { } message)
        {
            // From the answer before the one that is to be lost, nothing gets through.
            bool isLost = _lostAnswer > 0 && answers >= _lostAnswer - 1;
            if (message[0] == ReadyForQuery && ++answers == _lostAnswer && isLost)
            {
                Cut();
                _due!.Happened.SetResult();
                return;
            }
            if (!isLost)
                await near.WriteAsync(message);
        }
    }

    /// <summary>What this message makes the server run; null when it is something else.</summary>
    private string? StatementOf(byte[] message)
    {
        switch (message[0])
        {
            case Query:
                return TextAt(message, LetterAndLength).Text;
            case Parse:
                (string name, int after) = TextAt(message, LetterAndLength);
                _prepared[name] = TextAt(message, after).Text;
                return null;
            case Bind:
                return _prepared.GetValueOrDefault(TextAt(message, TextAt(message, LetterAndLength).After).Text);
            default:
                return null;
        }
    }

    private static (string Text, int After) TextAt(byte[] message, int start)
    {
        int end = Array.IndexOf(message, (byte)0, start);
        return (Encoding.UTF8.GetString(message, start, end - start), end + 1);
    }

    private static async Task<byte[]?> Next(NetworkStream stream)
    {
        byte[] head = new byte[LetterAndLength];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) < head.Length)
            return null;
        byte[] message = [.. head, .. new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4]];
        await stream.ReadExactlyAsync(message.AsMemory(LetterAndLength));
        return message;
    }
}
