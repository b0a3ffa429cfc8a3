package io.oversync.internal.web;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServerStatusTests {

	@Test
	void knowsTheVersionOfTheLibrary() {
		assertThat(ServerStatus.of("app").version()).matches("\\d+\\.\\d+\\.\\d+.*");
	}

}
