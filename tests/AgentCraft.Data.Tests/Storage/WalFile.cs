using System.Buffers.Binary;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A write-ahead log as it lies on disk (sqlite.org/fileformat2.html#the_write_ahead_log): where each commit of its newest life ends.</summary>
internal sealed class WalFile
{
    private const int HeaderLength = 32, FrameHeaderLength = 24;

    public WalFile(byte[] bytes)
    {
        Bytes = bytes;
        int pageSize = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        FrameLength = FrameHeaderLength + pageSize;
        ReadOnlySpan<byte> salts = bytes.AsSpan(16, 8);
        int end = HeaderLength;
        for (; end + FrameLength <= bytes.Length && bytes.AsSpan(end + 8, 8).SequenceEqual(salts); end += FrameLength)
            // A frame that commits carries the size of the database after it.
            if (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(end + 4)) != 0)
                CommitEnds.Add(end + FrameLength);
        End = end;
    }

    public byte[] Bytes { get; }

    public int FrameLength { get; }

    /// <summary>After each commit, in order.</summary>
    public List<int> CommitEnds { get; } = [];

    /// <summary>Behind the last frame of this life; what follows is left from earlier ones.</summary>
    public int End { get; }

    /// <summary>Commits that lie wholly below the cut.</summary>
    public int CommitsBelow(int cut) => CommitEnds.Count(end => end <= cut);
}
