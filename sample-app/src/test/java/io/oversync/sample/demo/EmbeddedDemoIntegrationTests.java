/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.nio.file.Path;

import io.oversync.sample.SampleApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample as it is started without any setting: with a demo.
 */
@Tag("prove")
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedDemoIntegrationTests {

	@TempDir
	private Path directory;

	@Test
	void keepsThePhonesBesideTheDatabaseUntilAFreshStart(CapturedOutput output) {
		Path phones;
		try (ConfigurableApplicationContext context = run()) {
			String url = url(context);
			assertThat(output).contains("Open " + url + " in a browser");
			Browser browser = Browser.open(url);
			browser.add("a", "Buy milk");
			browser.awaitTitles("b", "Buy milk");
			phones = this.directory.resolve("demo").resolve(browser.user());
			assertThat(phones).isDirectoryContaining("glob:**/phone-a.db");
		}
		assertThat(phones).isDirectoryContaining("glob:**/phone-a.db");
		try (ConfigurableApplicationContext context = run("--fresh")) {
			assertThat(context.isRunning()).isTrue();
			assertThat(phones).doesNotExist();
		}
	}

	@Test
	void canBeSwitchedOff(CapturedOutput output) {
		try (ConfigurableApplicationContext context = run("--sample.demo.enabled=false")) {
			assertThat(new Browser(url(context)).openSession().statusCode()).isEqualTo(401);
			assertThat(output).contains("The sample is ready").doesNotContain("in a browser");
			assertThat(this.directory.resolve("demo")).doesNotExist();
		}
	}

	private static String url(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
	}

	private ConfigurableApplicationContext run(String... args) {
		String[] all = new String[args.length + 3];
		System.arraycopy(args, 0, all, 3, args.length);
		all[0] = "--server.port=0";
		all[1] = "--sample.database.port=0";
		all[2] = "--sample.database.directory=" + this.directory;
		return SpringApplication.run(SampleApplication.class, all);
	}

}
