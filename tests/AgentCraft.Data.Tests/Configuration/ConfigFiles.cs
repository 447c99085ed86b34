using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>A project with configuration files of its own.</summary>
public sealed class ConfigFiles : IDisposable
{
    public const string Folder = ".agentcraft/configs";

    public TemporaryProject Project { get; } = new();

    /// <summary>The library of a server that has just started.</summary>
    public ConfigLibrary Library => new(Project.Root);

    public void Dispose() => Project.Dispose();

    public string PathOf(string path) => Project.PathOf([.. Folder.Split('/'), .. path.Split('/')]);

    /// <summary>Writes a file, named as in <c>templates/mine.yaml</c>.</summary>
    public string Write(string path, string text)
    {
        string file = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>What is said of a template that cannot be used.</summary>
    public AgentCraftException Refusal(string name, string code = ErrorCodes.InvalidConfiguration)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => Library.Resolve(name));
        Assert.Equal(code, refusal.Code);
        Assert.False(string.IsNullOrWhiteSpace(refusal.Hint));
        return refusal;
    }
}
