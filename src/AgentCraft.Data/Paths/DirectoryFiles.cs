using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Paths;

/// <summary>Whole files in a directory that is held open.</summary>
internal static class DirectoryFiles
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>
    /// Puts the file in the place of what has its name: on disk before its name is, so that a reader and a power cut find all of the old one
    /// or all of the new one.
    /// </summary>
    /// <param name="directory">Where.</param>
    /// <param name="name">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="isPrivate">For its owner only.</param>
    /// <param name="temporary">What it is called meanwhile; a fixed name only for who has a lock. Null for one that nobody else uses.</param>
    public static void Replace(this IProjectDirectory directory, string name, string content, bool isPrivate, string? temporary = null)
    {
        temporary ??= $".{name}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            using (SafeFileHandle file = directory.Write(temporary))
            {
                if (!isPrivate && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(file, ForAll);
                RandomAccess.Write(file, Encoding.UTF8.GetBytes(content), 0);
                RandomAccess.FlushToDisk(file);
            }
            directory.Move(temporary, directory, name);
            directory.Sync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            directory.Delete(temporary);
            throw;
        }
    }

    /// <summary>All bytes of an open file, or one more than <paramref name="most"/> when it has more.</summary>
    /// <exception cref="IOException">It is no plain file, or cannot be read.</exception>
    public static byte[] ReadAll(this SafeFileHandle file, int most)
    {
        byte[] bytes = new byte[Math.Min(LengthOf(file), most) + 1];
        int length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is var read and > 0)
            length += read;
        return bytes[..length];
    }

    private static long LengthOf(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (NotSupportedException pipe)
        {
            throw new IOException("It is no plain file.", pipe);
        }
    }
}
