using System.Security.Cryptography;

namespace AgentCraft.Data;

/// <summary>Makes the text ids: <c>kind_unixmilliseconds_random</c>, so that ids of one kind sort by time.</summary>
public static class Ids
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>An id such as <c>msg_1763700000000_k3v9x0q2a</c>; the nine random characters carry 46 bits.</summary>
    public static string New(string kind, DateTimeOffset now) =>
        $"{kind}_{now.ToUnixTimeMilliseconds()}_{RandomNumberGenerator.GetString(Alphabet, 9)}";

    /// <summary>An agent's id, <c>agent_name_unixmilliseconds</c>; unique because names are.</summary>
    public static string NewAgent(string name, DateTimeOffset now) => $"agent_{name}_{now.ToUnixTimeMilliseconds()}";
}
