/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.server;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import io.oversync.sample.SampleApplication;

/**
 * The command that starts the sample with the Java and the class path of the simulator.
 */
final class ServerCommand {

	private ServerCommand() {
	}

	/**
	 * Returns the command; it can be run in any folder.
	 * @param arguments options of Java, with one dash, and of Spring Boot, with two
	 */
	static List<String> of(List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-Xmx512m");
		arguments.stream().filter((argument) -> !isOfSpringBoot(argument)).forEach(command::add);
		command.add("-cp");
		command.add(classPath());
		command.addAll(mainClass());
		arguments.stream().filter(ServerCommand::isOfSpringBoot).forEach(command::add);
		return command;
	}

	private static boolean isOfSpringBoot(String argument) {
		return argument.startsWith("--");
	}

	private static String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((entry) -> Path.of(entry).toAbsolutePath().toString())
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static List<String> mainClass() {
		String name = SampleApplication.class.getName();
		if (ClassLoader.getSystemResource(name.replace('.', '/') + ".class") != null) {
			return List.of(name);
		}
		// inside the executable jar, where only its launcher finds it
		return List.of("-Dloader.main=" + name, "org.springframework.boot.loader.launch.PropertiesLauncher");
	}

}
