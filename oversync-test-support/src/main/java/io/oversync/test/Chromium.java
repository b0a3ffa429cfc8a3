/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;

import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The Chromium or Chrome that is installed on this machine, without a window. Tests that
 * need it carry {@code @EnabledIf("io.oversync.test.Chromium#isInstalled")} and are
 * skipped where it is missing. The programs are looked for on the path; Debian has them
 * in the packages {@code chromium} and {@code chromium-driver}.
 */
public final class Chromium {

	/** Why tests are skipped, for {@code disabledReason}. */
	public static final String MISSING = "needs chromium and chromedriver on the path (Debian: chromium, chromium-driver)";

	private static final String[] BROWSERS = { "chromium", "chromium-browser", "google-chrome" };

	private static final String DRIVER = "chromedriver";

	private Chromium() {
	}

	/**
	 * Returns whether Chromium and its driver are on the path.
	 * @return {@code true} if {@link #open(int, int)} works
	 */
	public static boolean isInstalled() {
		return program(BROWSERS).isPresent() && program(DRIVER).isPresent();
	}

	/**
	 * Starts a browser with a profile of its own: no cookies, nothing stored. Nothing is
	 * downloaded, also not by Selenium. Close it with {@code quit()}.
	 * @param width of the page, in CSS pixels; Chromium has no window narrower than 500,
	 * so smaller ones are emulated by the caller through the developer tools
	 * @param height of the page, in CSS pixels
	 * @return the browser
	 */
	public static ChromeDriver open(int width, int height) {
		ChromeOptions options = new ChromeOptions();
		options.setBinary(require(BROWSERS).toFile());
		// root may not use the sandbox, and /dev/shm is small in containers
		options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
				"--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--disable-features=Translate", "--force-device-scale-factor=1");
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		options.setCapability("goog:loggingPrefs", logs);
		ChromeDriverService service = new ChromeDriverService.Builder().usingDriverExecutable(require(DRIVER).toFile())
			.usingAnyFreePort()
			.build();
		ChromeDriver browser = new ChromeDriver(service, options);
		browser.manage().window().setSize(new Dimension(width, height));
		return browser;
	}

	/**
	 * Saves what the browser shows, as PNG.
	 * @param browser the browser
	 * @param file the image; replaced if it exists
	 * @throws IOException if it cannot be written
	 */
	public static void screenshot(ChromeDriver browser, Path file) throws IOException {
		Path taken = browser.getScreenshotAs(OutputType.FILE).toPath();
		Files.createDirectories(file.toAbsolutePath().getParent());
		Files.copy(taken, file, StandardCopyOption.REPLACE_EXISTING);
	}

	private static Path require(String... names) {
		return program(names).orElseThrow(() -> new IllegalStateException(MISSING));
	}

	private static Optional<Path> program(String... names) {
		String[] folders = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
		return Arrays.stream(names)
			.flatMap((name) -> Arrays.stream(folders).map((folder) -> Path.of(folder, name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
