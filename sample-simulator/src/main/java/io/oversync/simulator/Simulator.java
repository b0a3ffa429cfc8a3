/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.oversync.simulator.attack.AttackCommand;
import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.Program;
import io.oversync.simulator.program.ProgramResult;
import io.oversync.simulator.program.Settings;
import io.oversync.simulator.program.UsageException;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.TemporaryFolder;
import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.device.TableModels;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/**
 * Plays scenarios against a server. The exit status is 0 on success, 1 if a program
 * failed, and 2 if nothing could be played.
 */
public final class Simulator {

	private static final int PASSED = 0;

	private static final int FAILED = 1;

	private static final int NOT_PLAYED = 2;

	private final Console console;

	private final Programs programs;

	Simulator(Console console, Programs programs) {
		this.console = console;
		this.programs = programs;
	}

	/**
	 * Plays scenarios, or attacks if that is the first argument, and exits.
	 * @param args the options; {@code --help} shows them
	 */
	public static void main(String[] args) {
		Logging.setUp();
		boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
		Console console = new Console(System.out, terminal);
		if (args.length > 0 && args[0].equals(AttackCommand.NAME)) {
			System.exit(new AttackCommand(console).run(Arrays.copyOfRange(args, 1, args.length)));
		}
		System.exit(new Simulator(console, Programs.standard()).run(args));
	}

	/**
	 * Plays scenarios.
	 * @param args the options
	 * @return the exit status
	 */
	int run(String... args) {
		try {
			SimulatorOptions options = new SimulatorOptions();
			CommandLine commandLine = new CommandLine(options);
			commandLine.parseArgs(args);
			if (commandLine.isUsageHelpRequested()) {
				help(commandLine);
				return PASSED;
			}
			Set<Program> chosen = this.programs.named(options.scenarios);
			options.check(chosen.stream().anyMatch(this.programs.others()::contains));
			return play(options, chosen) ? PASSED : FAILED;
		}
		catch (UsageException | ParameterException ex) {
			this.console.say(ex.getMessage() + System.lineSeparator() + "See --help for all options.");
			return NOT_PLAYED;
		}
	}

	private void help(CommandLine commandLine) {
		commandLine.getCommandSpec()
			.usageMessage()
			.footerHeading("%nScenarios:%n")
			.footer(this.programs.descriptions());
		this.console.say(commandLine.getUsageMessage(Ansi.OFF).stripTrailing());
	}

	private boolean play(SimulatorOptions options, Set<Program> chosen) {
		if (options.report != null) {
			Preparation.requireWritable(options.report);
		}
		if (!options.startServer) {
			return play(options, chosen, SampleTarget.at(options.server()), null, options.databaseUrl);
		}
		try (TemporaryFolder folder = new TemporaryFolder(); KillableServer server = start(folder.path(), chosen)) {
			return play(options, chosen, server.target(), server, server.jdbcUrl());
		}
	}

	private KillableServer start(Path folder, Set<Program> chosen) {
		this.console.say("Starting a server and a PostgreSQL");
		// in chaos, another node compacts up to the cursors that this one has written
		String interval = chosen.stream().anyMatch(ChaosProgram.class::isInstance) ? "1s" : "30s";
		try {
			return SampleTarget.start(folder, "--oversync.capture.mode=migrate",
					"--oversync.devices.interval=" + interval);
		}
		catch (RuntimeException ex) {
			throw new UsageException("The server could not be started: " + ex.getMessage());
		}
	}

	private boolean play(SimulatorOptions options, Set<Program> chosen, SyncTarget target,
			@Nullable KillableServer ownServer, @Nullable String databaseUrl) {
		TableModels tables = Preparation.requireServer(target);
		if (databaseUrl != null) {
			Preparation.requireDatabase(databaseUrl, tables);
		}
		Settings settings = new Settings(target, ownServer, databaseUrl, options.parallel, options.endurance(),
				seed(options), newRun());
		Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		long start = System.nanoTime();
		this.console.say("Playing against " + target + " with seed " + settings.seed());
		List<ProgramResult> results = new ArrayList<>();
		for (Program program : chosen) {
			results.add(play(program, settings));
		}
		this.console.say(System.lineSeparator() + Summary.table(results));
		if (options.report != null) {
			Duration duration = Duration.ofNanos(System.nanoTime() - start);
			JsonReport.of(settings, started, duration, results).write(options.report);
		}
		return results.stream().allMatch(ProgramResult::isPassed);
	}

	private ProgramResult play(Program program, Settings settings) {
		this.console.say(System.lineSeparator() + program.name() + ": " + program.purpose());
		ProgramResult result = run(program, settings);
		this.console.say(Summary.verdict(result));
		return result;
	}

	private ProgramResult run(Program program, Settings settings) {
		try {
			return program.run(settings, this.console);
		}
		catch (UsageException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			return ProgramResult.broken(program.name(), ex);
		}
	}

	private static long seed(SimulatorOptions options) {
		Long seed = options.seed;
		return (seed != null) ? seed : ThreadLocalRandom.current().nextLong(1_000_000_000);
	}

	private static String newRun() {
		return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);
	}

}
