using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data.Outputs;

/// <summary>The bytes of an output. Text is kept as text; anything else as base64, so that the same bytes are always kept in the same way.</summary>
public sealed class OutputContent
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private OutputContent(byte[] bytes, string? text)
    {
        (Size, IsText, Stored) = (bytes.Length, text is not null, text ?? Convert.ToBase64String(bytes));
        Checksum = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>Bytes.</summary>
    public long Size { get; }
    /// <summary>False when <see cref="Stored"/> is base64.</summary>
    public bool IsText { get; }
    /// <summary>What is kept.</summary>
    public string Stored { get; }
    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public string Checksum { get; }

    /// <summary>What a client sent as text.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c></exception>
    public static OutputContent OfText(string text, int mostBytes)
    {
        Check(Encoding.UTF8.GetByteCount(text), mostBytes, "content");
        return new(Strict.GetBytes(Text.Storable(text, "content")!), text);
    }

    /// <summary>What a client sent as base64.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_argument</c></exception>
    public static OutputContent OfBase64(string text, int mostBytes)
    {
        Check(text.Length / 4L * 3, mostBytes + 3L, "content");
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(text, bytes, out int length))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "content is no base64.", "Encode the bytes as standard base64 with padding, or leave encoding out for text.");
        Check(length, mostBytes, "content");
        return OfBytes(bytes[..length]);
    }

    /// <summary>What was read.</summary>
    public static OutputContent OfBytes(byte[] bytes)
    {
        try
        {
            string text = Strict.GetString(bytes);
            return new(bytes, text.Contains('\0') ? null : text);
        }
        catch (DecoderFallbackException)
        {
            return new(bytes, null);
        }
    }

    /// <exception cref="AgentCraftException"><c>payload_too_large</c></exception>
    internal static void Check(long bytes, long mostBytes, string what)
    {
        if (bytes > mostBytes)
            throw new AgentCraftException(ErrorCodes.PayloadTooLarge, $"{what} has {bytes:N0} bytes; the limit is {mostBytes:N0}.",
                "Record a part or a summary; the setting outputs.maxContentBytes is the limit.");
    }
}
