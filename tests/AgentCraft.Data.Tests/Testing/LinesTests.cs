using System.Text;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Testing;

public sealed class LinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Lines_are_the_same_however_the_bytes_arrive(int chunk)
    {
        string[] lines = ["one", "", "zwölf 😀", new string('x', 300_000), "last"];
        var read = new List<string>();
        byte[] torn = Lines.Read(
            new Chunks(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\r\ntorn"), chunk),
            line => read.Add(Encoding.UTF8.GetString(line)));
        Assert.Equal(lines, read);
        Assert.Equal("torn", Encoding.UTF8.GetString(torn));
    }

    // A stream that gives a few bytes at a time, as a pipe may.
    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
