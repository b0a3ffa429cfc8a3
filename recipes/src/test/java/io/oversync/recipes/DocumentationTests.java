/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documentation shows: Java is code of a test, settings exist, JSON is JSON.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```");

	/** A comment line of this form leaves out what is between. */
	private static final String GAP = "(?m)^\\s*// …$";

	private static final List<String> SOURCES = sources();

	static Stream<Block> java() {
		return blocks("java");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("java")
	void codeIsThatOfATest(Block block) {
		for (String part : block.text.split(GAP)) {
			assertThat(SOURCES.stream().anyMatch((file) -> file.contains(squeeze(part)))).as(part).isTrue();
		}
	}

	static Stream<Block> settings() {
		return Stream.concat(blocks("yaml"), blocks("properties")).filter((block) -> block.text.contains("oversync"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("settings")
	void settingsExist(Block block) throws Exception {
		Properties properties = block.properties();
		// those of the console are held by a test of its module
		properties.keySet()
			.removeIf(
					(key) -> !key.toString().startsWith("oversync.") || key.toString().startsWith("oversync.console."));
		Class<?> type = Class.forName("io.oversync.autoconfigure.OversyncProperties");
		new Binder(new MapConfigurationPropertySource(properties)).bind("oversync", Bindable.of(type),
				new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
	}

	static Stream<Block> json() {
		return blocks("json");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("json")
	void examplesOfTheProtocolAreJson(Block block) {
		for (String value : block.text.split("(?m)\n(?=\\{)")) {
			JsonMapper.shared().readTree(value);
		}
	}

	@Test
	void thereAreBlocksOfEachKind() {
		assertThat(Map.of("java", java().count(), "settings", settings().count(), "json", json().count()))
			.allSatisfy((kind, count) -> assertThat(count).isGreaterThan(5));
	}

	private static Stream<Block> blocks(String language) {
		List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"),
				ROOT.resolve("oversync-sqlite-client/README.md"), ROOT.resolve("UPGRADING.md")));
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			docs.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return pages.stream().flatMap((page) -> {
			String text = read(page);
			Matcher blocks = BLOCK.matcher(text);
			List<Block> found = new ArrayList<>();
			while (blocks.find()) {
				if (blocks.group(1).equals(language)) {
					long line = text.substring(0, blocks.start()).lines().count() + 1;
					found.add(new Block(page.getFileName() + ":" + line, language, blocks.group(2)));
				}
			}
			return found.stream();
		});
	}

	private static List<String> sources() {
		List<String> sources = new ArrayList<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			for (Path folder : modules.map((module) -> module.resolve("src")).filter(Files::isDirectory).toList()) {
				try (Stream<Path> files = Files.walk(folder)) {
					files.filter((file) -> file.toString().matches(".*\\.(java|yaml|sql)"))
						.forEach((file) -> sources.add(squeeze(read(file).replace("static class", "class"))));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return sources;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String squeeze(String code) {
		return code.replaceAll("(?m)(?<!:)//.*$", "").replaceAll("\\s+", "");
	}

	/** A part of a page. */
	record Block(String place, String language, String text) {

		Properties properties() throws IOException {
			ByteArrayResource resource = new ByteArrayResource(this.text.getBytes(StandardCharsets.UTF_8));
			if (this.language.equals("properties")) {
				return PropertiesLoaderUtils.loadProperties(resource);
			}
			YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
			yaml.setResources(resource);
			Properties properties = new Properties();
			properties.putAll(yaml.getObject());
			return properties;
		}

		@Override
		public String toString() {
			return this.place;
		}

	}

}
