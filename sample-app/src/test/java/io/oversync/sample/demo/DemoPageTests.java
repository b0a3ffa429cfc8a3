/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;

import io.oversync.sample.SampleApplication;
import io.oversync.test.ApplicationServer;
import io.oversync.test.Chromium;
import io.oversync.test.FreePort;
import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The demo's page in a real browser.
 */
@Tag("prove")
@EnabledIf(value = "io.oversync.test.Chromium#isInstalled", disabledReason = Chromium.MISSING)
class DemoPageTests {

	private static final Duration PATIENCE = Duration.ofSeconds(45);

	private static final Path SCREENSHOTS = Path.of("target", "demo");

	private static final int PORT = FreePort.find();

	private static String database;

	private static JdbcTemplate jdbc;

	private static ApplicationServer server;

	@TempDir
	private static Path folder;

	private ChromeDriver browser;

	@BeforeAll
	static void start() {
		database = TestPostgres.createDatabase();
		jdbc = new JdbcTemplate(new DriverManagerDataSource(database));
		server = startServer();
	}

	private static ApplicationServer startServer() {
		return ApplicationServer.startOn(database, SampleApplication.class, "--server.port=" + PORT,
				"--sample.demo.enabled=true", "--sample.demo.directory=" + folder);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void open() {
		this.browser = Chromium.open(1360, 1000);
		this.browser.get(server.baseUrl() + "/");
		awaitLive();
	}

	@AfterEach
	void close() {
		this.browser.quit();
	}

	@Test
	void twoPhonesAreInSync() throws IOException {
		add("a", "Buy milk");
		awaitTitles("b", "Buy milk");
		awaitTitles("server", "Buy milk");
		find("#b .done").click();
		await(() -> find("#a .done").isSelected() && find("#server .done").isSelected());
		edit("server", "Buy milk", "Buy oat milk", "Two litres");
		awaitTitles("a", "Buy oat milk");
		await(() -> find("#b .body").getText().equals("Two litres"));
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("in-sync.png"));
		find("#b .open").click();
		find("#b .delete").click();
		awaitTitles("a");
		awaitTitles("server");
		assertThat(find("#traffic").getText()).contains("POST /sync/upload", "INSERT", "applied as v1", "UPDATE of v1",
				"DELETE of v3");
		assertCleanLog();
	}

	@Test
	void offlineEditsOnBothPhonesAreAConflictThatIsSettled() throws IOException {
		add("a", "Dentist");
		awaitTitles("b", "Dentist");
		switchPhone("a");
		switchPhone("b");
		edit("a", "Dentist", "Dentist at nine", null);
		edit("b", "Dentist", "Dentist at ten", "Bring the X-rays");
		await(() -> state("a").equals("Offline · 1 change queued") && state("b").equals("Offline · 1 change queued"));
		assertThat(find("#a .queued").getText()).isEqualTo("edited");
		awaitTitles("server", "Dentist");
		switchPhone("a");
		awaitTitles("server", "Dentist at nine");
		switchPhone("b");
		await(() -> !findAll("#b .notice.conflict").isEmpty());
		assertThat(find("#b .notice").getText()).contains("changed on both sides", "Merged field by field",
				"Dentist at nine", "Dentist at ten", "Bring the X-rays");
		for (String place : List.of("a", "b", "server")) {
			awaitTitles(place, "Dentist at nine");
			await(() -> find("#" + place + " .body").getText().equals("Bring the X-rays"));
		}
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("conflict.png"));
		assertCleanLog();
	}

	@Test
	void theButtonsWriteANoteAndMakeAConflict() {
		find("#write").click();
		await(() -> titles("b").size() == 1);
		find("#b select option[value=client]").click();
		find("#conflict").click();
		await(() -> find("#conflict").isEnabled() && !findAll("#b .notice.conflict").isEmpty());
		awaitTitles("a", "Buy oat milk (phone B)");
		assertThat(find("#toast").isDisplayed()).isFalse();
		assertCleanLog();
	}

	@Test
	void aReloadInTheMiddleOfASyncLosesNothing() {
		switchPhone("b");
		for (int i = 1; i <= 5; i++) {
			add("a", "Note " + i);
			add("b", "Other " + i);
		}
		switchPhone("b");
		this.browser.navigate().refresh();
		awaitLive();
		for (String place : List.of("a", "b", "server")) {
			await(() -> titles(place).size() == 10);
		}
		await(() -> state("a").startsWith("In sync") && state("b").startsWith("In sync"));
		assertCleanLog();
	}

	@Test
	void anUnsentEditSurvivesARestartOfTheServer() throws IOException {
		add("b", "Sent");
		awaitTitles("a", "Sent");
		switchPhone("a");
		add("a", "Unsent");
		await(() -> state("a").equals("Offline · 1 change queued"));
		server.close();
		await(() -> find("#connection").getText().contains("Reconnecting"));
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("away.png"));
		assertThat(titles("a")).contains("Unsent");
		server = startServer();
		awaitLive();
		await(() -> state("a").equals("Offline · 1 change queued"));
		awaitTitles("server", "Sent");
		switchPhone("a");
		awaitTitles("b", "Unsent", "Sent");
		awaitTitles("server", "Unsent", "Sent");
		assertThat(severe()).allMatch((entry) -> entry.contains("ERR_") || entry.contains("demo/"));
	}

	@Test
	void anEditBySqlArrives() {
		add("a", "Original");
		awaitTitles("server", "Original");
		String user = find("#user").getText();
		assertThat(find("#psql").getText()).contains("psql -h", user);
		jdbc.update("update business.notes set title = 'From psql' where owner_id = ?", user);
		for (String place : List.of("a", "b", "server")) {
			awaitTitles(place, "From psql");
		}
		assertCleanLog();
	}

	@Test
	void aReinstalledPhoneIsFilledAgain() {
		add("a", "One");
		add("a", "Two");
		awaitTitles("b", "Two", "One");
		find("#b summary").click();
		find("#b .reinstall").click();
		await(() -> findAll("#b .note").size() == 2 && state("b").equals("In sync · position 2"));
		assertCleanLog();
	}

	@Test
	void aPhoneWhoseFileIsBrokenIsInstalledAgain() throws IOException {
		add("a", "One");
		awaitTitles("b", "One");
		String user = find("#user").getText();
		server.close();
		Path file = folder.resolve(user).resolve("phone-a.db");
		Files.deleteIfExists(file.resolveSibling("phone-a.db-wal"));
		Files.writeString(file, "This is no database.".repeat(1000));
		server = startServer();
		awaitLive();
		await(() -> find("#a .broken").isDisplayed() && titles("b").equals(List.of("One")));
		assertThat(state("a")).isEqualTo("Broken");
		assertThat(find("#a .empty").isDisplayed()).isFalse();
		assertThat(find("#new-a").isEnabled()).isFalse();
		assertThat(find("#b .broken").isDisplayed()).isFalse();
		add("b", "Two");
		awaitTitles("server", "Two", "One");
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("broken.png"));
		emulate(360, "dark");
		assertThat(number("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("broken-phone-dark.png"));
		find("#a .broken button").click();
		awaitTitles("a", "Two", "One");
		await(() -> !find("#a .broken").isDisplayed() && state("a").startsWith("In sync"));
		await(() -> active().equals(find("#new-a")));
		add("a", "Three");
		awaitTitles("b", "Three", "Two", "One");
	}

	/** What a browser shows of a site that leads its name to this computer. */
	@Test
	void anotherNameOfThisComputerShowsWhatToDo() throws IOException {
		try (ApplicationServer named = ApplicationServer.start(SampleApplication.class, "--sample.demo.enabled=true",
				"--sample.demo.directory=" + folder.resolve("named"))) {
			this.browser.get("http://rebound.localhost:" + named.port() + "/");
			assertThat(find("body").getText()).contains("http://localhost:" + named.port(), "--sample.demo.hosts=NAME");
			Chromium.screenshot(this.browser, SCREENSHOTS.resolve("another-name.png"));
			this.browser.get("http://127.0.0.1:" + named.port() + "/");
			awaitLive();
		}
	}

	private void emulate(int width, String scheme) {
		this.browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", 844, "deviceScaleFactor", 1, "mobile", true));
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
		await(() -> number("return innerWidth") == width);
	}

	@Test
	void anOldCopyThatIsPutBackCatchesUp() {
		add("a", "Before");
		awaitTitles("b", "Before");
		find("#a summary").click();
		assertThat(find("#a .put-back").isEnabled()).isFalse();
		find("#a .copy").click();
		await(() -> find("#a .put-back").isEnabled());
		add("a", "After");
		awaitTitles("b", "After", "Before");
		find("#a .put-back").click();
		await(() -> !findAll("#a .notice.recovery").isEmpty());
		awaitTitles("a", "After", "Before");
		find("#a .dismiss").click();
		assertThat(findAll("#a .notice")).isEmpty();
		assertCleanLog();
	}

	@Test
	void hostileTextsStayTexts() {
		String hostile = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>";
		String title = this.browser.getTitle();
		add("a", hostile.substring(0, 60));
		awaitTitles("b", hostile.substring(0, 60));
		switchPhone("a");
		switchPhone("b");
		edit("a", hostile.substring(0, 60), "'\"><svg onload=alert(1)>", hostile);
		edit("b", hostile.substring(0, 60), "</textarea><b>x</b>", hostile + "!");
		switchPhone("a");
		awaitTitles("server", "'\"><svg onload=alert(1)>");
		switchPhone("b");
		await(() -> !findAll("#b .notice.conflict").isEmpty());
		await(() -> find("#server .body").getText().startsWith(hostile));
		assertThat(findAll("img, #stage svg, #stage script, #stage b")).hasSize(1);
		assertThat(this.browser.getTitle()).isEqualTo(title);
		assertCleanLog();
	}

	@Test
	void thePolicyKeepsMarkupAndScriptsOut() {
		assertThatExceptionOfType(JavascriptException.class)
			.isThrownBy(() -> this.browser.executeScript("document.body.innerHTML = '<p>markup</p>'"))
			.withMessageContaining("TrustedHTML");
		this.browser.executeScript("""
				const style = document.createElement('style');
				style.textContent = 'body { display: none }';
				document.head.append(style);""");
		assertThat(find("h1").isDisplayed()).isTrue();
		assertThat(severe()).anyMatch((entry) -> entry.contains("Content Security Policy"));
	}

	@Test
	void theKeyboardIsEnough() {
		WebElement field = find("#new-a");
		field.sendKeys("First", Keys.ENTER);
		awaitTitles("a", "First");
		await(() -> this.browser.switchTo().activeElement().equals(field));
		field.sendKeys(Keys.TAB); // the button
		active().sendKeys(Keys.TAB); // the tick
		active().sendKeys(Keys.SPACE);
		await(() -> find("#b .done").isSelected());
		active().sendKeys(Keys.TAB);
		active().sendKeys(Keys.ENTER);
		active().sendKeys("Second", Keys.ENTER);
		awaitTitles("b", "Second");
		assertThat(active().getAttribute("aria-label")).isEqualTo("Edit Second");
		active().sendKeys(Keys.ENTER);
		active().sendKeys("Third", Keys.ESCAPE);
		assertThat(find("#a form.edit").isDisplayed()).isFalse();
		awaitTitles("a", "Second");
		assertCleanLog();
	}

	@Test
	void anEditThatIsOpenSurvivesChangesOfTheOthers() {
		add("a", "Title");
		awaitTitles("b", "Title");
		find("#a .open").click();
		WebElement title = find("#a form.edit input");
		title.clear();
		title.sendKeys("My title");
		edit("b", "Title", "Title", "The other text");
		await(() -> find("#a .body").getText().equals("The other text"));
		assertThat(title.getAttribute("value")).isEqualTo("My title");
		title.sendKeys(Keys.ENTER);
		awaitTitles("b", "My title");
		assertThat(find("#b .body").getText()).isEqualTo("The other text");
	}

	@Test
	void itFitsAPhoneAndTheDark() throws IOException {
		add("a", "A title without any space: " + "x".repeat(50));
		await(() -> titles("server").size() == 1);
		this.browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true));
		this.browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
		await(() -> number("return innerWidth") == 390);
		assertThat(number("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
		assertThat(find("body").getCssValue("background-color")).isEqualTo("rgba(20, 25, 27, 1)");
		Chromium.screenshot(this.browser, SCREENSHOTS.resolve("phone-dark.png"));
		assertCleanLog();
	}

	@Test
	void aFullDemoSaysSo() throws IOException {
		try (ApplicationServer full = ApplicationServer.start(SampleApplication.class, "--sample.demo.enabled=true",
				"--sample.demo.directory=" + folder.resolve("full"), "--sample.demo.max-sessions=0")) {
			this.browser.get(full.baseUrl() + "/");
			await(() -> find("#stopped").isDisplayed());
			assertThat(find("#stopped").getText()).contains("The demo is full", "sample.demo.max-sessions");
			Chromium.screenshot(this.browser, SCREENSHOTS.resolve("full.png"));
		}
	}

	private void add(String place, String title) {
		int before = titles(place).size();
		find("#new-" + place).sendKeys(title, Keys.ENTER);
		await(() -> titles(place).size() == before + 1);
	}

	private void edit(String place, String title, String newTitle, String body) {
		WebElement note = findAll("#" + place + " .note").stream()
			.filter((candidate) -> candidate.findElement(By.cssSelector(".title")).getText().equals(title))
			.findFirst()
			.orElseThrow();
		note.findElement(By.cssSelector(".open")).click();
		WebElement field = note.findElement(By.cssSelector("form input"));
		field.clear();
		field.sendKeys(newTitle);
		if (body != null) {
			WebElement text = note.findElement(By.cssSelector("form textarea"));
			text.clear();
			text.sendKeys(body);
		}
		note.findElement(By.cssSelector("form button[type=submit]")).click();
		await(() -> titles(place).contains(newTitle));
	}

	private void switchPhone(String phone) {
		boolean offline = isOffline(phone);
		find("#" + phone + " .online").click();
		await(() -> isOffline(phone) != offline);
	}

	private boolean isOffline(String phone) {
		return find("#" + phone).getAttribute("class").contains("offline");
	}

	private String state(String phone) {
		return find("#" + phone + " .state").getText();
	}

	private List<String> titles(String place) {
		Object titles = this.browser.executeScript(
				"return [...document.querySelectorAll(arguments[0])].map((title) => title.textContent)",
				"#" + place + " .note .title");
		return ((List<?>) titles).stream().map(String::valueOf).toList();
	}

	private void awaitTitles(String place, String... titles) {
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(titles(place)).as(place).containsExactly(titles));
	}

	private void awaitLive() {
		await(() -> find("#connection").getText().equals("Live")
				&& findAll("#a .state").stream().noneMatch((state) -> state.getText().isEmpty()));
	}

	private static void await(BooleanSupplier condition) {
		Awaitility.await().atMost(PATIENCE).until(condition::getAsBoolean);
	}

	private WebElement find(String selector) {
		return this.browser.findElement(By.cssSelector(selector));
	}

	private List<WebElement> findAll(String selector) {
		return this.browser.findElements(By.cssSelector(selector));
	}

	private WebElement active() {
		return this.browser.switchTo().activeElement();
	}

	private long number(String script) {
		return ((Number) this.browser.executeScript(script)).longValue();
	}

	private List<String> severe() {
		return this.browser.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(LogEntry::getMessage)
			.toList();
	}

	private void assertCleanLog() {
		assertThat(severe()).isEmpty();
	}

}
