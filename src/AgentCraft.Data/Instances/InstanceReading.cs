namespace AgentCraft.Data.Instances;

/// <summary>What there was to read of an instance.</summary>
internal sealed record InstanceReading
{
    private InstanceReading()
    {
    }

    /// <summary>There is no metadata file: it is no instance.</summary>
    public static InstanceReading Missing { get; } = new();

    /// <summary>What it says; null when it cannot be read.</summary>
    public InstanceFile? File { get; private init; }

    /// <summary>Why it cannot be read.</summary>
    public string? Fault { get; private init; }

    /// <summary>Its bytes when it was read and says nothing that can be used; null when it could not even be read, or is a newer program's.</summary>
    public byte[]? Bytes { get; private init; }

    /// <summary>It can be moved away.</summary>
    public bool IsBroken => Bytes is not null;

    /// <summary>There is none.</summary>
    public bool IsMissing => File is null && Fault is null;

    /// <summary>Nobody knows what it says: locked, not permitted, a failing disk, a link.</summary>
    public static InstanceReading Unreadable(string why) => new() { Fault = why };

    /// <summary>Judges the bytes of the metadata file.</summary>
    public static InstanceReading Of(string name, byte[] bytes)
    {
        bool isNewer = false;
        try
        {
            InstanceFile file = InstanceFile.Parse(bytes, out isNewer);
            // Somebody copied or renamed the directory: the file is whole, and yet not this one's.
            return file.Instance.Name == name ? new() { File = file }
                : Unreadable($"its name is '{file.Instance.Name}', not the directory's; give it the directory's name and an id of its own");
        }
        catch (FormatException broken)
        {
            return isNewer ? Unreadable($"a newer program wrote it, and {broken.Message}") : new() { Fault = broken.Message, Bytes = bytes };
        }
    }
}
