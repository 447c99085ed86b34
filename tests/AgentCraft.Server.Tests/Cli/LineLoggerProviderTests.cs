using System.Text;
using AgentCraft.Server.Cli;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Tests.Cli;

public sealed class LineLoggerProviderTests
{
    [Fact]
    public void Each_entry_is_one_line_with_time_level_category_and_what_was_thrown()
    {
        var written = new MemoryStream();
        using (LineLoggerProvider provider = new(() => written))
            provider.CreateLogger("Some.Category").LogWarning(new InvalidOperationException("two\nlines"), "Careful: {What}.", "é");
        string line = Encoding.UTF8.GetString(written.ToArray());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: Some\.Category: Careful: é\. System\.InvalidOperationException: two lines\n$", line);
    }

    [Fact]
    public void Nothing_in_an_entry_is_obeyed_by_a_terminal()
    {
        var written = new MemoryStream();
        using (LineLoggerProvider provider = new(() => written))
            provider.CreateLogger("c").LogWarning("{What}", "\u001B[2J\u009B1m\u202Egpj\rover");
        Assert.EndsWith(" warn: c: \\u{001B}[2J\\u{009B}1m\\u{202E}gpj over\n", Encoding.UTF8.GetString(written.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_who_never_reads_holds_nobody_up()
    {
        using ManualResetEventSlim never = new();
        using LineLoggerProvider provider = new(() => new BlockedStream(never));
        ILogger logger = provider.CreateLogger("c");
        for (int i = 0; i < 5000; i++)
            logger.LogInformation("entry {Number}", i);
        never.Set();
    }

    private sealed class BlockedStream(ManualResetEventSlim released) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => released.Wait();
    }
}
