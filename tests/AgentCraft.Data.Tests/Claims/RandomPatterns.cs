namespace AgentCraft.Data.Tests.Claims;

/// <summary>Short patterns over a small alphabet, so that random pairs often meet.</summary>
internal static class RandomPatterns
{
    private static readonly string[] Pieces = ["a", "b", "a", "b", ".", "/", "/", "*", "?", "**", "/**", "**/", "/**/", "[ab]", "[!a]", "[.-b]", "[!.b]"];

    public static string Next(Random random, int depth = 0)
    {
        string pattern = "";
        for (int i = random.Next(1, 4); i > 0; i--)
            pattern += depth < 2 && random.Next(6) == 0
                ? $"{{{Next(random, depth + 1)},{(random.Next(5) == 0 ? "" : Next(random, depth + 1))}}}"
                : Pieces[random.Next(Pieces.Length)];
        return pattern;
    }
}
