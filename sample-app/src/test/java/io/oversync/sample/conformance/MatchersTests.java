/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MatchersTests {

	private final Map<String, JsonNode> captures = new HashMap<>();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			1                                        | 1
			1                                        | 1.0
			1.1                                      | 1.10
			9007199254740993                         | 9007199254740993
			true                                     | true
			null                                     | null
			'a'                                      | 'a'
			[1,'a']                                  | [1,'a']
			{'a':1}                                  | {'a':1,'b':2}
			{}                                       | {'b':2}
			{'$any':'int'}                           | 5
			{'$any':'number'}                        | 5.5
			{'$any':'string'}                        | ''
			{'$any':'bool'}                          | false
			{'$any':'object'}                        | {}
			{'$any':'array'}                         | []
			{'$any':'null'}                          | null
			{'$any':'value'}                         | null
			{'$regex':'b+'}                          | 'abbc'
			{'$ge':2}                                | 2
			{'$gt':2}                                | 2.1
			{'$le':2}                                | 2
			{'$lt':2}                                | 1
			{'$gt':1,'$lt':3}                        | 2
			{'a':{'$absent':true}}                   | {}
			{'a':{'$absent_or_null':true}}           | {}
			{'a':{'$absent_or_null':true}}           | {'a':null}
			{'a':{'$capture':'x'}}                   | {'a':null}
			{'$exact':{'a':1,'b':{'$any':'int'}}}    | {'b':2,'a':1}
			{'$len':2}                               | [1,1]
			{'$each':{'a':1}}                        | [{'a':1},{'a':1,'b':2}]
			{'$each':1}                              | []
			{'$has':[2,{'$gt':2}]}                   | [1,2,3]
			{'$unordered':[{'$ge':1},1]}             | [1,2]
			{'$unordered':[3,2,1]}                   | [1,2,3]
			{'$count':{'of':{'a':1},'is':2}}         | [{'a':1},{},{'a':1},{'a':2}]
			{'$count':{'of':{'a':{'$absent':true}},'is':0}} | [{}]
			{'$anyof':[1,2]}                         | 2
			{'$all':[{'$len':1},[1]]}                | [1]
			{'$not':1}                               | true
			{'$not':{'a':1}}                         | {}
			""")
	void accepts(String matcher, String value) {
		assertThat(match(matcher, value)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			1                                        | true
			true                                     | 1
			1                                        | '1'
			9007199254740993                         | 9007199254740992
			0.1                                      | 0.10000000000000001
			null                                     | 0
			'a'                                      | 'A'
			[1,2]                                    | [2,1]
			[1]                                      | [1,2]
			[1]                                      | 1
			{'a':1}                                  | {}
			{'a':null}                               | {}
			{}                                       | []
			{'$any':'int'}                           | 5.5
			{'$any':'int'}                           | true
			{'$any':'number'}                        | '5'
			{'$any':'string'}                        | null
			{'$any':'bool'}                          | 0
			{'$any':'object'}                        | []
			{'$any':'array'}                         | {}
			{'$any':'null'}                          | 0
			{'a':{'$any':'value'}}                   | {}
			{'$regex':'^b'}                          | 'ab'
			{'$regex':'1'}                           | 1
			{'$ge':2}                                | 1.9
			{'$gt':2}                                | 2
			{'$le':2}                                | 2.1
			{'$lt':2}                                | 2
			{'$ge':2}                                | '3'
			{'$gt':1,'$lt':3}                        | 3
			{'a':{'$absent':true}}                   | {'a':null}
			{'a':{'$absent_or_null':true}}           | {'a':0}
			{'a':{'$capture':'x'}}                   | {}
			{'$exact':{'a':1}}                       | {'a':1,'b':2}
			{'$exact':{'a':1}}                       | {}
			{'$len':2}                               | [1]
			{'$len':1}                               | 'a'
			{'$each':{'a':1}}                        | [{'a':1},{}]
			{'$has':[2,4]}                           | [1,2,3]
			{'$unordered':[1,1]}                     | [1,2]
			{'$unordered':[1]}                       | [1,1]
			{'$count':{'of':1,'is':1}}               | [1,1]
			{'$anyof':[1,2]}                         | 3
			{'$all':[{'$len':1},[1]]}                | [2]
			{'$not':1}                               | 1.0
			""")
	void refuses(String matcher, String value) {
		assertThat(match(matcher, value)).isNotEmpty();
	}

	@Test
	void namesThePathOfEachMismatch() {
		List<Mismatch> mismatches = match("{'statuses':[{},{'row':{'payload':{'a':1},'id':{'$any':'string'}}}]}",
				"{'statuses':[{},{'row':{'payload':{'a':2}}}]}");
		assertThat(mismatches).extracting(Mismatch::path)
			.containsExactly("body.statuses[1].row.payload.a", "body.statuses[1].row.id");
		assertThat(mismatches.get(0).problem()).isEqualTo("expected 1 but got 2");
	}

	@Test
	void namesTheMemberThatIsTooMany() {
		assertThat(match("{'$exact':{'a':1}}", "{'a':1,'b':2}")).extracting(Mismatch::path).containsExactly("body.b");
	}

	@Test
	void remembersOnlyWhereAllHolds() {
		assertThat(match("{'$anyof':[{'a':{'$capture':'x'},'b':1},{'a':{'$capture':'y'}}]}", "{'a':7,'b':2}"))
			.isEmpty();
		assertThat(this.captures).isEqualTo(Map.of("y", CaseJson.read("7")));
	}

	@Test
	void remembersInAnArrayOfAnyOrder() {
		assertThat(match("{'$unordered':[{'k':2,'v':{'$capture':'x'}},{'k':1}]}", "[{'k':1,'v':3},{'k':2,'v':4}]"))
			.isEmpty();
		assertThat(this.captures).isEqualTo(Map.of("x", CaseJson.read("4")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'$foo':1}", "{'$any':'color'}", "{'$ge':'1'}", "{'$ge':1,'a':1}", "{'$has':1}",
			"{'$exact':1}", "{'$count':{'of':1}}" })
	void refusesAMatcherThatMeansNothing(String matcher) {
		for (String value : List.of("1", "[]", "{}")) {
			if (!(matcher.contains("$has") || matcher.contains("$count")) || value.equals("[]")) {
				assertThatExceptionOfType(BadCaseException.class).isThrownBy(() -> match(matcher, value));
			}
		}
	}

	private List<Mismatch> match(String matcher, String value) {
		return Matchers.match(CaseJson.read(matcher.replace('\'', '"')), CaseJson.read(value.replace('\'', '"')),
				"body", this.captures);
	}

}
