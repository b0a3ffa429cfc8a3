/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;

import io.oversync.test.Chromium;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real browser with an operator who is signed in to the console.
 */
final class ConsoleBrowser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ChromeDriver driver = Chromium.open(1280, 900);

	ConsoleBrowser(ConsoleApplication application) {
		this.driver.get(application.address() + "/login");
		this.driver.findElement(By.name("username")).sendKeys("operator");
		this.driver.findElement(By.name("password")).sendKeys("secret" + Keys.ENTER);
		await().atMost(PATIENCE).until(() -> this.driver.getCurrentUrl().contains("/oversync-console/"));
		await().atMost(PATIENCE).until(() -> !this.driver.findElements(By.cssSelector("main h1")).isEmpty());
		// of the page to sign in
		this.driver.manage().logs().get(LogType.BROWSER);
	}

	ChromeDriver driver() {
		return this.driver;
	}

	/**
	 * Opens a page, also if it is the one that is shown.
	 * @param hash the page, from the hash on
	 */
	void open(String hash) {
		this.driver.executeScript("document.querySelector('main').replaceChildren();"
				+ "history.replaceState(null, '', arguments[0]); window.dispatchEvent(new HashChangeEvent('hashchange'))",
				hash);
		await().atMost(PATIENCE).until(() -> {
			WebElement main = this.driver.findElement(By.id("main"));
			return main.getDomAttribute("aria-busy") == null && !main.findElements(By.tagName("h1")).isEmpty();
		});
	}

	String text() {
		return this.driver.findElement(By.id("main")).getText();
	}

	String status() {
		return this.driver.findElement(By.id("status")).getText();
	}

	void awaitText(String... texts) {
		await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(text()).contains(texts));
	}

	void awaitStatus(String text) {
		await().atMost(PATIENCE).untilAsserted(() -> assertThat(status()).contains(text));
	}

	void press(String label) {
		await().atMost(PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> this.driver.findElements(By.tagName("button"))
				.stream()
				.filter((each) -> each.isDisplayed() && each.getText().equals(label))
				.findFirst()
				.orElseThrow()
				.click());
	}

	void showChange(int position) {
		this.driver.findElement(By.cssSelector("[aria-label='Show the change at position " + position + "']")).click();
		awaitText("Hide change");
	}

	void emulate(int width, int height, String scheme) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	void shot(Path file) throws IOException {
		Chromium.screenshot(this.driver, file);
	}

	/** Errors, failed requests, and violations of the content security policy. */
	List<String> complaints() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(LogEntry::getMessage)
			.toList();
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
