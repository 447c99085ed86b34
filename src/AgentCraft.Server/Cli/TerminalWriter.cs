using System.Text;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary>Standard output where it is a terminal: nothing that a command prints of what agents or files say is obeyed there. A file or pipe gets it as it is.</summary>
internal sealed class TerminalWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => terminal.Write(value is null ? null : VisibleText.Of(value));

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Flush() => terminal.Flush();
}
