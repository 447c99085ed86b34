[assembly: TestFramework("AgentCraft.Testing.EngineTestFramework", "AgentCraft.Testing")]
