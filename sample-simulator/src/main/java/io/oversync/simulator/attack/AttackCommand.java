/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.oversync.simulator.program.Console;
import io.oversync.simulator.program.UsageException;
import io.oversync.test.TemporaryFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

/**
 * Attacks a server of its own. The exit status is 0 if the server withstood all attacks,
 * 1 if not, and 2 if nothing could be played.
 */
@Command(name = "attack", sortOptions = false, usageHelpWidth = 120,
		description = "Attacks a server of 256 MB beside an honest user, who must not notice.")
public final class AttackCommand {

	/** The first argument that selects this command. */
	public static final String NAME = "attack";

	private static final int WITHSTOOD = 0;

	private static final int FAILED = 1;

	private static final int NOT_PLAYED = 2;

	private static final Duration CALM = Duration.ofSeconds(5);

	private final Console console;

	@Parameters(arity = "0..*", paramLabel = "NAME", description = "Which attacks (default: all).")
	private List<String> names = List.of();

	@Option(names = "--list", description = "Show all attacks and what they do.")
	private boolean list;

	@Option(names = "--seconds", paramLabel = "N", defaultValue = "20",
			description = "How long each attack takes (default: 20).")
	private int seconds;

	@Option(names = "--folder", paramLabel = "DIR",
			description = "Where the logs of the server and of PostgreSQL stay (default: they are deleted).")
	private @Nullable Path folder;

	@Option(names = "--help", usageHelp = true, description = "Show this.")
	private boolean help;

	/**
	 * Creates the command.
	 * @param console receives the progress
	 */
	public AttackCommand(Console console) {
		this.console = console;
	}

	/**
	 * Plays attacks.
	 * @param args names and options
	 * @return the exit status
	 */
	public int run(String... args) {
		try {
			CommandLine commandLine = new CommandLine(this);
			commandLine.parseArgs(args);
			if (commandLine.isUsageHelpRequested()) {
				this.console.say(commandLine.getUsageMessage(Ansi.OFF).stripTrailing());
				return WITHSTOOD;
			}
			if (this.seconds < 1) {
				throw new UsageException("--seconds must be 1 or more, not " + this.seconds);
			}
			Collection<Attack> attacks = this.names.isEmpty() ? Attacks.all()
					: this.names.stream().map(Attacks::named).toList();
			if (this.list) {
				attacks.forEach((attack) -> this.console.say(describe(attack)));
				return WITHSTOOD;
			}
			return play(attacks) ? WITHSTOOD : FAILED;
		}
		catch (UsageException | ParameterException ex) {
			this.console.say(ex.getMessage() + System.lineSeparator() + "See attack --help for all options.");
			return NOT_PLAYED;
		}
	}

	private static String describe(Attack attack) {
		return String.format("%-28s %s (%d connections)", attack.name(), attack.purpose(), attack.connections());
	}

	private boolean play(Collection<Attack> attacks) {
		if (this.folder != null) {
			return play(attacks, this.folder);
		}
		try (TemporaryFolder temporary = new TemporaryFolder()) {
			return play(attacks, temporary.path());
		}
	}

	private boolean play(Collection<Attack> attacks, Path logs) {
		this.console.say("Starting a server and a PostgreSQL");
		List<String> lost = new ArrayList<>();
		try (Arena arena = Arena.open(logs)) {
			this.console.say("without an attack: " + describe(arena.calm(CALM)));
			for (Attack attack : attacks) {
				this.console.say(System.lineSeparator() + describe(attack));
				if (!play(arena, attack)) {
					lost.add(attack.name());
				}
			}
		}
		this.console.say(System.lineSeparator() + (attacks.size() - lost.size()) + " of " + attacks.size()
				+ " attacks were withstood" + (lost.isEmpty() ? "" : "; these were not: " + String.join(", ", lost)));
		return lost.isEmpty();
	}

	private boolean play(Arena arena, Attack attack) {
		AttackEvidence evidence = arena.play(attack, Duration.ofSeconds(this.seconds));
		List<String> problems = AttackVerdict.on(evidence, AttackBounds.STRICT);
		this.console.say("  honest user: " + describe(evidence.calls()));
		this.console.say("  attacker: " + describe(evidence.answers()) + ", longest " + evidence.longestAnswer()
				+ " ms; served again after "
				+ ((evidence.recovery() != null) ? evidence.recovery().toMillis() + " ms" : "-") + "; log "
				+ evidence.logBytes() / SamplePayloads.KILOBYTE + " KB");
		problems.forEach((problem) -> this.console.say("  " + problem));
		this.console.say((problems.isEmpty() ? "PASS " : "FAIL ") + attack.name());
		return problems.isEmpty();
	}

	private static String describe(List<Call> calls) {
		CallTimes times = CallTimes.of(calls);
		return times.count() + " requests, p50 " + times.p50() + " ms, p99 " + times.p99() + " ms, max " + times.max()
				+ " ms" + (times.failures().isEmpty() ? "" : ", failures " + times.failures());
	}

	private static String describe(Map<String, Long> answers) {
		return answers.isEmpty() ? "no answer" : answers.toString();
	}

}
