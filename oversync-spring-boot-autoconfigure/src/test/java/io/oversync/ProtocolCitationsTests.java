/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sections that Java sources cite are headings of {@code docs/protocol.md}. A citation
 * that is no number fails, and so does a file that is no UTF-8.
 */
class ProtocolCitationsTests {

	/** The module is where tests run. */
	private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

	private static final Path PROTOCOL = PROJECT.resolve("docs/protocol.md");

	private static final Pattern HEADING = Pattern.compile("^#+ (\\d+(?:\\.\\d+)*)\\.? \\S", Pattern.MULTILINE);

	/** The section sign, escaped so that this file cites nothing. */
	private static final Pattern CITATION = Pattern.compile("\u00A7(\\d+(?:\\.\\d+)*)?(\\})?");

	@Test
	void nameSectionsOfTheProtocol() throws IOException {
		Set<String> sections = sections();
		List<String> unknown = new ArrayList<>();
		int known = 0;
		for (Path file : sources()) {
			Matcher citation = CITATION.matcher(Files.readString(file));
			while (citation.find()) {
				String section = citation.group(1);
				boolean sign = section == null && citation.group(2) != null;
				if (section != null && sections.contains(section)) {
					known++;
				}
				else if (!sign) {
					unknown.add(PROJECT.relativize(file) + ": " + citation.group());
				}
			}
		}
		assertThat(unknown).as("citations of no section of %s, which has %s", PROTOCOL, sections).isEmpty();
		assertThat(known).as("citations that were found").isGreaterThan(50);
	}

	@Test
	void comeFromEveryModuleThatSpeaksTheProtocol() throws IOException {
		Set<String> modules = sources().stream()
			.map((file) -> PROJECT.relativize(file).getName(0).toString())
			.collect(Collectors.toSet());
		assertThat(modules).contains("oversync-spring-boot-autoconfigure", "oversync-sqlite-client", "sample-app",
				"sample-simulator");
	}

	private static Set<String> sections() throws IOException {
		Set<String> sections = HEADING.matcher(Files.readString(PROTOCOL))
			.results()
			.map((heading) -> heading.group(1))
			.collect(Collectors.toSet());
		assertThat(sections).contains("1", "2", "2.1", "2.2", "3", "4", "5", "6");
		return sections;
	}

	/** All Java files but those that a build has made. */
	private static List<Path> sources() throws IOException {
		List<Path> sources = new ArrayList<>();
		Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
				String name = folder.getFileName().toString();
				boolean built = name.equals("target") && Files.exists(folder.resolveSibling("pom.xml"));
				return (built || name.equals(".git")) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
				if (file.toString().endsWith(".java")) {
					sources.add(file);
				}
				return FileVisitResult.CONTINUE;
			}
		});
		return sources;
	}

}
