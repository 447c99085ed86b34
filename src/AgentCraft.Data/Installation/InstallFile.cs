using System.Text;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Installation;

/// <summary>A file of the project that others write, too: what is there, and why it may not be written.</summary>
internal sealed class InstallFile(string root, string path)
{
    private const char Mark = '\uFEFF';

    /// <summary>Relative to the root.</summary>
    public string Path => path;

    /// <summary>The file itself, links inside the project taken.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> for a link that leads out.</exception>
    public string Location => new ProjectTree(root).Locate(ProjectPath.Parse(path));

    /// <summary>Its text with its byte order mark; null when there is no file.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, <c>not_allowed</c>, <c>read_only</c></exception>
    public string? Read()
    {
        string location = Location;
        if (!System.IO.Path.Exists(location))
            return null;
        try
        {
            using var file = ProjectTextFile.Open(root, path);
            string text = ProjectTextFile.Read(file);
            Span<byte> first = stackalloc byte[3];
            bool isMarked = RandomAccess.Read(file, first, 0) == 3 && first.SequenceEqual(Encoding.UTF8.Preamble);
            if (new FileInfo(location).IsReadOnly)
                throw new AgentCraftException(ErrorCodes.ReadOnly, $"{path} is read-only.", $"Nothing was changed. Make it writable (chmod u+w {path}), or change it yourself, then run the command again.");
            return isMarked ? Mark + text : text;
        }
        catch (ConfigFault fault)
        {
            throw Refused(fault);
        }
    }

    /// <summary>Does something with a text that has no byte order mark, which is put back.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming the place.</exception>
    public string Edit(string text, Func<string, string> edit)
    {
        try
        {
            string bare = text.TrimStart(Mark);
            return text[..^bare.Length] + edit(bare);
        }
        catch (ConfigFault fault)
        {
            throw Refused(fault);
        }
    }

    /// <summary>The same for a question.</summary>
    public T Ask<T>(string text, Func<string, T> question)
    {
        try
        {
            return question(text.TrimStart(Mark));
        }
        catch (ConfigFault fault)
        {
            throw Refused(fault);
        }
    }

    private AgentCraftException Refused(ConfigFault fault) => new(ErrorCodes.InvalidConfiguration, $"{path}:{fault.Place.Line}:{fault.Place.Column}: {fault.Message}",
        "Nothing was changed. Correct that file or move it away, then run the command again.", inner: fault);
}

/// <summary>What clients' configurations have of us.</summary>
public static class ClientFiles
{
    /// <summary>How a client will start the server of our name, by the text that its file has now; null when it starts none.</summary>
    public static ServerEntry? EntryIn(PlannedFile file)
    {
        try
        {
            return file is { Client: { } client, After: { } text } && new JsonEdit(text.TrimStart('\uFEFF')).Find(client.Section, ServerEntry.Name) is { } node ? ServerEntry.Of(node) : null;
        }
        catch (ConfigFault)
        {
            return null;
        }
    }
}
