using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Paths;

/// <summary>
/// A directory of the project that is held open: what is done in it is done in that very directory, wherever its name leads by then.
/// Names are single names. A link is never followed: it is refused, or replaced and deleted as the link that it is.
/// </summary>
internal interface IProjectDirectory : IDisposable
{
    /// <summary>Where it was opened, for messages, and for what can only be named by a path.</summary>
    string Path { get; }

    /// <summary>A directory in it; null when there is none of that name.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> when the name is a link.</exception>
    IProjectDirectory? Open(string name);

    /// <summary>Makes a directory in it unless there is one, and opens it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isPrivate">Its owner's only.</param>
    IProjectDirectory Create(string name, bool isPrivate);

    /// <summary>Opens something for reading that may be anything but a link, without waiting; null when there is nothing of that name.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> when the name is a link.</exception>
    SafeFileHandle? Read(string name);

    /// <summary>Opens a new file for writing, its owner's only; what has the name goes before.</summary>
    SafeFileHandle Write(string name);

    /// <summary>Gives a file another name, here or there, in place of what has it.</summary>
    void Move(string name, IProjectDirectory to, string newName);

    /// <summary>Takes a file away; nothing when there is none.</summary>
    void Delete(string name);

    /// <summary>Takes an empty directory away; nothing when it is not empty.</summary>
    void DeleteDirectory(string name);

    /// <summary>Brings its names to the disk.</summary>
    void Sync();
}
