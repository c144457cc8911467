"""What is asked and stands on no fact sheet: small talk, the tool, the task, the model, the firm.

Runs in zone G; pure values. Matching holds a question against these as against the facts, so that
what is like them gets no fact. A sheet adds its own (`asides`).
"""

from __future__ import annotations

ASIDES = (
    "Thank you, that helps.",
    "What is your name?",
    "Are you a person or a program?",
    "Can you write the code for me?",
    "Is my answer right so far?",
    "How am I doing?",
    "How much time do I have left?",
    "What do you expect me to hand in?",
    "How many cells should I write?",
    "May I use a library that is not installed?",
    "How do I call the model?",
    "How do I read the file?",
    "Which Python version runs here?",
    "What does this error mean?",
    "Which provider hosts the model?",
    "How was the model trained?",
    "What temperature should I choose?",
    "How large is the context window?",
    "Which metric should I report?",
    "How large should my test set be?",
    "What significance level do you want?",
    "What would you do in my place?",
    "Tell me a joke.",
    "What is the weather like?",
    "Where is your office?",
    "How many people work for you?",
    "Who is your boss?",
    "When was the organisation founded?",
    "What is the salary?",
    "When does the project start?",
    "What was tried before, and why was it given up?",
    "Which software do you use every day?",
    "Do you have an API?",
    "Can I talk to somebody else about it?",
    "What are your plans for next year?",
)
